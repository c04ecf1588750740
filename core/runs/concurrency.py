"""How many runs of a suite train at once; the worker and every estimate of the time left ask here."""

from typing import Final

from core.config.run_config import MOST_AT_ONCE
from core.environment import plain_path

SIDE_BY_SIDE: Final = "trains side by side with"
"""How the notice of a run begins that shared the machine with others."""


def runs_at_once(wanted: int | None, runs: int, device_type: str) -> int:
    """Return how many of `runs` runs train side by side on a device of torch's type `device_type`.

    `wanted` is what the user asked for. None is `auto`: on CUDA all of them, up to `MOST_AT_ONCE`, since one
    of these networks keeps only a part of a GPU busy; elsewhere one, which takes every core by itself. On the
    plain path it is always one: there, dropout takes its masks from torch's generator, which is the whole
    process's.
    """
    if plain_path():
        return 1
    if wanted is None:
        wanted = runs if device_type == "cuda" else 1
    return min(wanted, runs, MOST_AT_ONCE)
