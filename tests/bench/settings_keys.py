"""Keys into the settings form that are lost or misplaced, at several paces, in tmux.

``uv run python -m tests.bench settings-keys``.
"""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from tests.tmux import Tmux
from tests.tui.start.typed_settings import OPEN, misplaced

_PACES_SECONDS: Final = (0.0, 0.02, 0.05, 0.1)
_KEYS_A_PACE: Final = 500


def measure() -> dict[str, object]:
    """Return how many keys were typed at each pace, and how many characters were wrong in the end."""
    random = Random(0)  # noqa: S311 - digits to type
    with TemporaryDirectory() as folder, Tmux(Path(folder), columns=120, lines=40) as tmux:
        tmux.run(OPEN)
        tmux.wait_for("b l g a norms")
        return {"paces": [_at_pace(tmux, random, pace) for pace in _PACES_SECONDS]}


def _at_pace(tmux: Tmux, random: Random, pace_seconds: float) -> dict[str, float]:
    typed = wrong = 0
    while typed < _KEYS_A_PACE:
        keys, misplaced_keys = misplaced(tmux, random, pace_seconds)
        typed, wrong = typed + keys, wrong + misplaced_keys
    return {"seconds_between_keys": pace_seconds, "keys": typed, "wrong": wrong}
