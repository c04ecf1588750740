"""How a plot writes a value."""

import math
from typing import Final

_LEAST_PLAIN, _MOST_PLAIN = 0.001, 1_000_000  # beyond them, a value is written with an exponent
_WHOLE: Final = 100  # from here on, decimals say nothing
_LEAST_BRIEF: Final = 0.1  # from here on, two decimals say enough


def value_words(value: float, *, percent: bool) -> str:
    """Return `value` with its unit, as "73.5%" or "0.752"."""
    if percent:
        return f"{value:.1f}%"
    plain = value == 0 or not math.isfinite(value) or _LEAST_PLAIN <= abs(value) < _MOST_PLAIN
    if not plain:
        return f"{value:.2e}"
    return f"{value:.0f}" if _WHOLE <= abs(value) < _MOST_PLAIN else f"{value:.3f}"


def brief_words(value: float, *, percent: bool) -> str:
    """Return `value` in less room, as "73.5" or "0.75"."""
    if percent:
        return f"{value:.1f}"
    return f"{value:.2f}" if _LEAST_BRIEF <= abs(value) < _WHOLE else value_words(value, percent=False)
