"""How the progress of a download or a decode reads, the same on every display."""

from typing import Final

from core.runs.events import Unit
from core.runs.loading import Loading

_SECONDS_AS_SUCH: Final = 90
_MINUTES_AS_SUCH: Final = 90
_KILOBYTES_AS_SUCH: Final = 1_000


def amount_words(loading: Loading) -> str:
    """Say how much is done: "61 of 170 MB", "12,250 of 60,000"."""
    done, total = loading.event.done, loading.event.total
    if loading.event.unit is Unit.BYTES:
        done, total, unit = done // 1_000_000, round(total / 1_000_000), " MB"
    else:
        unit = ""
    return f"{done:,} of {total:,}{unit}" if total else f"{done:,}{unit}"


def pace_words(loading: Loading) -> str:
    """Say how fast a download is and how long the rest takes: "73 kB/s, 25 min left"; "" where unknown."""
    rate, left = loading.rate, loading.seconds_left
    if rate is None or loading.event.unit is not Unit.BYTES:
        return ""
    if round(rate / 1_000) == 0:
        return "nothing comes"
    return _rate_words(rate) if left is None else f"{_rate_words(rate)}, {_left_words(left)}"


def _rate_words(rate: float) -> str:
    kilobytes = rate / 1_000
    return f"{kilobytes:.0f} kB/s" if kilobytes < _KILOBYTES_AS_SUCH else f"{kilobytes / 1_000:.1f} MB/s"


def _left_words(seconds: float) -> str:
    if seconds < _SECONDS_AS_SUCH:
        return f"{seconds:.0f} s left"
    minutes = round(seconds / 60)
    return f"{minutes} min left" if minutes < _MINUTES_AS_SUCH else f"{minutes / 60:.0f} h left"
