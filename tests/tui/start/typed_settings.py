"""Typing into the settings form of the real dashboard, as fast as a paste or as slow as a person."""

import time
from random import Random

from tests.patience import PAUSE_SECONDS
from tests.terminal import DASHBOARD
from tests.tmux import Tmux

OPEN = [*DASHBOARD, "--demo", "--norm", "batch"]
_FIELDS = (
    "epochs",
    "batch size",
    "learning rate",
    "seed",
    "seeds",
    "data",
    "device",
    "limit train",
    "limit test",
)
_STILL_SECONDS = 5.0  # longer than a busy machine lets the dashboard wait between two keys
_WORDS = {"device": ("auto", "mps")}


def misplaced(tmux: Tmux, random: Random, pace_seconds: float) -> tuple[int, int]:
    """Fill every field of the form from its first on; return how many keys that took and how many went wrong.

    `pace_seconds` is the time between two keys; without any, all are sent at once.
    """
    wanted = {name: str(random.randrange(1, 10**8)) for name in _FIELDS if name not in _WORDS}
    wanted |= {name: random.choice(words) for name, words in _WORDS.items()}
    keys = ["e"]
    for name in _FIELDS:
        keys += [*wanted[name][:1], "\x1b[B"] if name in _WORDS else ["\x15", *wanted[name], "\x1b[B"]
    if pace_seconds:
        for key in keys:
            tmux.type(key)
            time.sleep(pace_seconds)
    else:
        tmux.type("".join(keys))
    shown = _settled_form(tmux, wanted)
    tmux.keys("Escape")
    tmux.wait_for("b l g a norms")
    return len(keys), sum(_differences(wanted[name], shown.get(name, "")) for name in _FIELDS)


def _settled_form(tmux: Tmux, wanted: dict[str, str]) -> dict[str, str]:
    """Return what the fields show when that is what is `wanted`, or has not changed for seconds."""
    shown, since = _form(tmux.screen), time.monotonic()
    while shown != wanted and time.monotonic() - since < _STILL_SECONDS:
        time.sleep(PAUSE_SECONDS)
        if (now := _form(tmux.screen)) != shown:
            shown, since = now, time.monotonic()
    return shown


def _form(screen: str) -> dict[str, str]:
    found = {}
    for line in screen.splitlines():
        for name in _FIELDS:
            if line[2:].startswith(name.ljust(14)):
                found[name] = line[16:].split("│")[0].strip().partition("  ")[0]  # no scroll bar
    return found


def _differences(wanted: str, shown: str) -> int:
    padded = zip(wanted.ljust(len(shown)), shown.ljust(len(wanted)), strict=True)
    return sum(one != other for one, other in padded)
