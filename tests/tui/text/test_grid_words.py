import pytest

from core.config.grid import Grid, Sweep
from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from tui.text.grid_words import grid_words

BATCH = RunConfig(norm=Norm.BATCH)
BOTH = (Preset.TUNED, Preset.FAST)
RATES = Sweep("learning_rate", (0.01, 0.02))


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        (Grid(BATCH), "1 run"),
        (Grid(BATCH, tuple(Norm)), "3 runs"),
        (Grid(BATCH, seeds=(0, 1)), "2 runs: 2 seeds"),
        (Grid(BATCH, tuple(Norm), seeds=tuple(range(8))), "24 runs: 3 norms × 8 seeds"),
        (Grid(BATCH, tuple(Norm), BOTH, (0, 1), (RATES,)), "24 runs: 3 × 2 × 2 × 2"),
        (Grid(BATCH, sweeps=(RATES,)), "2 runs: 2 values of lr"),
    ],
)
def test_how_many_runs_there_are_and_why_fits_the_room(grid: Grid, words: str) -> None:
    assert grid_words(grid, 32) == words
    assert grid_words(grid, len(words) - 1) != words or ":" not in words
