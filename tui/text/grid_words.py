"""What a grid of runs comes to, in words."""

from core.config.grid import Grid
from core.config.run_config import all_settings

_PLURALS = {"norm": "norms", "preset": "presets", "seed": "seeds"}


def grid_words(grid: Grid, room: int) -> str:
    """Say how many runs there are and, as far as `room` columns allow, why: 24 runs: 3 norms × 8 seeds."""
    total = "1 run" if grid.count == 1 else f"{grid.count:,} runs"
    several = [(field, len(values)) for field, values in reversed(grid.axes) if len(values) > 1]
    if [field for field, _ in several] in ([], ["norm"]):
        return total
    named = " × ".join(f"{count} {_plural(field)}" for field, count in several)
    numbers = " × ".join(str(count) for _, count in several)
    return next((text for why in (named, numbers) if len(text := f"{total}: {why}") <= room), total)


def _plural(field: str) -> str:
    return _PLURALS.get(field) or f"values of {all_settings()[field].name}"
