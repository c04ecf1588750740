import pytest

from core.config.network_plan import planned_layers
from core.config.network_shape import NetworkShape
from core.config.presets import RECIPES, Norm, Preset
from core.results.planned_model import planned_summary
from tui.start.summary_table import table_lines, totals

ROOM = 39  # columns of the table at 80, beside its scrollbar


def test_sums_of_skip_connections_are_not_counted_as_layers() -> None:
    recipe = RECIPES[Preset.FAST]
    first = totals(planned_summary(Norm.BATCH, recipe)).plain.splitlines()[0]
    assert first == f"parameters 47,840 · {len(planned_layers(Norm.BATCH, recipe))} layers"


@pytest.mark.parametrize("preset", list(Preset))
def test_a_line_is_a_layer_in_80_columns_too(preset: Preset) -> None:
    model = planned_summary(Norm.BATCH, RECIPES[preset])
    lines = [line.plain for line in table_lines(model, ROOM)]
    assert max(map(len, lines)) <= ROOM
    assert [line.split()[-1] for line in lines] == [
        "field",
        *(str(row.receptive_field) for row in model.rows),
    ]


def test_receptive_fields_are_left_out_rather_than_cut() -> None:
    large = planned_summary(Norm.BATCH, RECIPES[Preset.BEST], NetworkShape(10, 256))
    head, first, *_ = (line.plain for line in table_lines(large, ROOM))
    assert head.split() == ["layer", "output", "params"]
    assert first.split() == ["Conv2d", "32×256×256", "864"]
    assert len(head) <= ROOM
