"""A recipe's dropout rate in words: the one that is really used."""

from core.config.dropout import DROPOUT_LEVELS, dropped_levels, used_dropout
from core.results import number_format


def dropout_text(rate: float, device: str | None) -> str:
    """Say what is used on `device` where a recipe asks for `rate`; both, where no device is known yet."""
    asked = number_format.rate(rate)
    share = f"{dropped_levels(rate)}/{DROPOUT_LEVELS}"
    if not rate:
        return "none"
    if device is None:
        return asked if used_dropout(rate, "cpu") == rate else f"{asked} ({share} on a processor)"
    used = used_dropout(rate, device)
    return asked if used == rate else f"{number_format.rate(used)} ({share}, the nearest to {asked})"
