"""Keeps a pause for garbage short: no key has to wait for one through all that came to stay."""

import gc
from collections.abc import Mapping
from typing import Final

_MANY: Final = 20_000
"""Objects that are looked through in about 10 ms."""
_AT_MOST: Final = 300_000
"""Objects that are kept out of it: garbage among them that refers to itself is kept as well."""


def keep_collections_short() -> None:
    """Look no more through objects that outlived a full collection, once there are many of them.

    Screens, styles and modules that are loaded when they are needed make 120,000, through which each full
    collection looks for 80 ms, every few seconds.
    """
    gc.callbacks.append(_keep_survivors_out)


def _keep_survivors_out(phase: str, info: Mapping[str, int]) -> None:
    full = phase == "stop" and info["generation"] == 2  # noqa: PLR2004 - the oldest there is
    if full and gc.get_freeze_count() < _AT_MOST and len(gc.get_objects(generation=2)) > _MANY:
        gc.freeze()
