"""Numbers as the report prints them; a number that is not known is a dash, never a guess."""

import math
from typing import Final

NO_VALUE: Final = "\N{EN DASH}"


def count(value: float | None) -> str:
    """Write a whole number with thousands separators: 41,992."""
    return NO_VALUE if value is None else f"{value:,.0f}"


def percent(share: float | None, decimals: int = 2) -> str:
    """Write a share, 0 to 1, in percent: 73.42%; NaN is not known, either."""
    return NO_VALUE if share is None or math.isnan(share) else f"{100 * share:.{decimals}f}%"


def points(difference: float | None) -> str:
    """Write the difference of two shares in percentage points, with its sign: +1.25."""
    return NO_VALUE if difference is None else f"{100 * difference:+z.2f}"


def in_points(difference: float, decimals: int = 1) -> str:
    """Write the distance of two shares in percentage points: "0.6 points"; small ones with two decimals."""
    value = 100 * difference
    return f"{value:.{2 if 0 < abs(value) < 0.1 else decimals}f} points"  # noqa: PLR2004 - would read 0.0


def plus_minus(half_width: float) -> str:
    """Write how far an interval of a share reaches to either side: "±0.72 points"."""
    return f"±{in_points(half_width, decimals=2)}"


def loss(value: float | None) -> str:
    """Write a loss with four decimals; one that is not a number is "nan"."""
    return NO_VALUE if value is None else f"{value:.4f}"


def seconds(value: float | None) -> str:
    """Write seconds with two decimals: 15.71."""
    return NO_VALUE if value is None else f"{value:.2f}"


def duration(value: float | None) -> str:
    """Write seconds as people say them: "9.3 s", "4 min 05 s", "2 h 07 min"."""
    if value is None:
        return NO_VALUE
    if round(value, 1) < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def megabytes(size: int) -> str:
    """Write bytes in MB of 2**20 bytes, as the assignment has them: 5.13."""
    return f"{size / 2**20:.2f}"


def rate(value: float) -> str:
    """Write a learning rate with four significant digits: 0.01."""
    return f"{value:.4g}"
