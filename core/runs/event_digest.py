"""A run in few figures, from its event file: most lines are passed over unread."""

import math
import re
from dataclasses import dataclass
from typing import BinaryIO, Final

from core.runs.elapsed import elapsed
from core.runs.event_codec import from_line
from core.runs.file_tail import LineBlocks
from core.runs.life_events import RunStarted
from core.runs.run_reducer import after
from core.runs.run_state import Outcome, RunState

_TELLING: Final = re.compile(
    rb'"kind"[ \t\r]*:[ \t\r]*"(?:run_|data_loaded"|environment_found"|epoch_ended"|evaluated")'
)
"""The kinds that a digest is made of, as we write them and as other tools do, with blanks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDigest:
    """What `RunState` has under the same names after a replay; `data` is the images' label.

    `device_name` is what it computes on. `seconds` are those of training and evaluation together, None before
    the first epoch has ended; `evaluated_seconds` those of its evaluated epochs, which had so many `images`
    in all, to train on.
    """

    started: RunStarted | None = None
    outcome: Outcome = Outcome.WAITING
    data: str | None = None
    device_name: str = ""
    epochs_evaluated: int = 0
    images: int = 0
    evaluated_seconds: float = 0.0
    last_accuracy: float | None = None
    best_accuracy: float | None = None
    seconds: float | None = None
    started_at: float | None = None
    updated_at: float | None = None


def digest(file: BinaryIO) -> EventDigest:
    """Return the figures of an event file; a torn last line is not there yet.

    The reducer makes them, of the lines that can change them and of the last one, for its time.
    """
    state, updated_at = RunState(""), None
    for block in LineBlocks().read(file):
        begin = 0
        while found := _TELLING.search(block, begin):
            first, begin = block.rfind(b"\n", 0, found.start()) + 1, block.index(b"\n", found.end()) + 1
            state = after(state, from_line(block[first:begin].decode(errors="replace")))
        last = _last_time(block)
        updated_at = updated_at if last is None else last
    whole = [epoch for epoch in state.epochs if epoch.test is not None]
    return EventDigest(
        started=state.started,
        outcome=state.outcome,
        data=state.data.label if state.data else None,
        device_name=state.environment.device_name if state.environment else "",
        epochs_evaluated=len(state.tests),
        images=sum(epoch.train.images for epoch in whole),
        evaluated_seconds=sum(epoch.seconds for epoch in whole),
        last_accuracy=state.last_accuracy,
        best_accuracy=state.best_accuracy,
        seconds=elapsed(state)[-1] if state.epochs else None,
        started_at=state.started_at,
        updated_at=updated_at,
    )


def _last_time(block: bytes) -> float | None:
    """Return the time of the last line that tells one."""
    end = len(block)
    while end > 0:
        first = block.rfind(b"\n", 0, end - 1) + 1
        time = from_line(block[first:end].decode(errors="replace")).time
        if not math.isnan(time):
            return time
        end = first
    return None
