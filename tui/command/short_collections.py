"""Keeps a pause for garbage short: no key has to wait for one through all that came to stay."""

import gc
from collections.abc import Mapping
from typing import Final

_TIMES: Final = 8  # the eighth comes within the first minute of watching a suite


def keep_collections_short() -> None:
    """Look no more through objects that outlive the first full collections.

    Screens, styles and modules that are loaded when they are needed make 120,000, through which each full
    collection would look for 80 ms, every few seconds. Garbage among them that refers to itself is kept.
    """
    left = _TIMES

    def keep_survivors_out(phase: str, info: Mapping[str, int]) -> None:
        nonlocal left
        if phase == "stop" and info["generation"] == 2:  # noqa: PLR2004 - the oldest there is
            gc.freeze()
            left -= 1
            if not left:
                gc.callbacks.remove(keep_survivors_out)

    gc.callbacks.append(keep_survivors_out)
