from core.config.network_plan import planned_layers
from core.config.presets import RECIPES, Norm, Preset
from core.results.planned_model import planned_summary
from tui.start.summary_table import totals


def test_sums_of_skip_connections_are_not_counted_as_layers() -> None:
    recipe = RECIPES[Preset.BEST]
    first = totals(planned_summary(Norm.BATCH, recipe)).plain.splitlines()[0]
    assert first == f"parameters 47,840 · {len(planned_layers(Norm.BATCH, recipe))} layers"
