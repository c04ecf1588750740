import pytest
from textual.color import Color
from textual.theme import Theme

from core.results.run_styles import COLOURS
from tui.app.themes import THEMES

_FOR_LETTERS = 4.5  # the contrast that WCAG 2.1 asks for


def _luminance(colour: str) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in Color.parse(colour).normalized
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_runs_name_can_be_read_in_its_colour(theme: Theme) -> None:
    assert theme.background is not None
    ground = _luminance(theme.background)
    for colour in COLOURS:
        ink = _luminance(theme.variables[colour.name])
        assert (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05) >= _FOR_LETTERS, colour
