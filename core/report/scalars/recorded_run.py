"""A run's event file, read for what of it lasts: a run that goes on or goes back tells some of it again."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from typing import Final, NamedTuple, Self

from core.printable import printable
from core.runs.event_log import EventReader
from core.runs.events import DeviceSampled, EpochEnded, Evaluated, Record, StepsDone
from core.runs.life_events import RunRestarted, RunResumed, RunStarted
from core.runs.run_reducer import after
from core.runs.run_state import RunState
from core.runs.tracked_events import TrackingStarted

_BEFORE_TRAINING: Final = 0


class _Cut(NamedTuple):
    """The record at `place` takes back what was told before it, but for what is of the epochs `kept`."""

    place: int
    kept: frozenset[int]


class Told(NamedTuple):
    """A record that lasts, with the run's state before it."""

    time: float
    event: StepsDone | EpochEnded | Evaluated | DeviceSampled
    before: RunState


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run as its event file had it when it was read: `records` of them, which come to `state`.

    `cuts` are the records that take back earlier ones, in their order. A run that is `tracked` is another
    program's loop's, of which there is no state.
    """

    name: str
    events: Path
    state: RunState
    records: int
    cuts: tuple[_Cut, ...]
    tracked: bool = False

    @classmethod
    def read(cls, name: str, events: Path) -> Self:
        """Read the event file of the run `name`, whose training may go on.

        Raises:
            OSError: the file is there but cannot be read.
        """
        state, count, cuts, tracked = RunState(printable(name)), 0, [], False
        for count, record in enumerate(EventReader(events).new_records(), start=1):
            state = after(state, record)
            match record.event:
                case RunStarted():
                    cuts.append(_Cut(count, frozenset()))
                case RunResumed() | RunRestarted():
                    kept = (result.epoch for result in state.epochs)
                    cuts.append(_Cut(count, frozenset((_BEFORE_TRAINING, *kept))))
                case TrackingStarted():
                    tracked = tracked or state.started is None
        return cls(state.name, events, state, count, tuple(cuts), tracked)

    def lines(self) -> Iterator[Record]:
        """Read the file again, as far as it went before.

        Raises:
            OSError: the file cannot be read any more.
        """
        return islice(EventReader(self.events).new_records(), self.records)

    def lasting(self) -> Iterator[Told]:
        """Yield the records of steps, epochs, evaluations and samples that nothing later takes back.

        None is yielded that the reducer refuses, and no step, epoch or evaluation twice. The file is never
        held as a whole.

        Raises:
            OSError: the file cannot be read any more.
        """
        state = RunState(self.name)
        reached = (1, 0)  # the epoch and the step from which on a step is a new one
        cuts = _lasting_cuts(self.cuts)
        for place, record in enumerate(self.lines(), start=1):
            before, state = state, after(state, record)
            event = record.event
            if cuts and cuts[0].place == place:
                cuts.popleft()
                reached = (len(state.epochs) + 1, 0)
            if not _is_lasting(_epoch_of(record, before), cuts):
                continue
            match event:
                case StepsDone() if (event.epoch, event.first_step) >= reached:
                    reached = (event.epoch, event.first_step + len(event.losses))
                    yield Told(record.time, event, before)
                case EpochEnded() if state.epochs is not before.epochs:
                    reached = max(reached, (event.epoch + 1, 0))
                    yield Told(record.time, event, before)
                case Evaluated() if _is_first(event, before) and state.epochs is not before.epochs:
                    yield Told(record.time, event, before)
                case DeviceSampled():
                    yield Told(record.time, event, before)


def _lasting_cuts(cuts: Sequence[_Cut]) -> deque[_Cut]:
    """Return each cut with the epochs that neither it nor a later one takes back."""
    kept = accumulate((cut.kept for cut in reversed(cuts)), lambda later, own: later & own)
    backwards = [_Cut(cut.place, lasting) for cut, lasting in zip(reversed(cuts), kept, strict=True)]
    return deque(reversed(backwards))


def _is_lasting(epoch: int, ahead: deque[_Cut]) -> bool:
    """Tell whether what is told of `epoch` survives the cuts `ahead`."""
    return not ahead or epoch in ahead[0].kept


def _epoch_of(record: Record, state: RunState) -> int:
    """Return the epoch that a record tells of, or the one under way; 0 before the first."""
    match record.event:
        case StepsDone(epoch=epoch) | EpochEnded(epoch=epoch) | Evaluated(epoch=epoch):
            return epoch
        case _:
            return state.epoch


def _is_first(event: Evaluated, state: RunState) -> bool:
    """Tell whether the epoch has been trained and not been evaluated yet."""
    return any(result.epoch == event.epoch and result.test is None for result in state.epochs)
