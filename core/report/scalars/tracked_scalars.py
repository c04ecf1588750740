"""The scalars that another program's training loop logged, by its own tags and steps."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from core.report.scalars.recorded_run import RecordedRun
from core.report.scalars.scalar import Scalar
from core.runs.tracked_events import ScalarsLogged


class _Return(NamedTuple):
    """Of a tag, from its value number `place` on: the first step that the loop goes back to."""

    place: int
    step: int


def tracked_scalars(run: RecordedRun) -> Iterator[Scalar]:
    """Yield every value that a loop logged and did not take back by going back to an earlier step.

    Raises:
        OSError: the event file cannot be read any more.
    """
    returns = _returns(run)
    places: Counter[str] = Counter()
    for event in _logged(run):
        ahead = returns[event.tag]
        for step, value, time in zip(event.steps, event.values, event.times, strict=True):
            while ahead and ahead[0].place <= places[event.tag]:
                ahead.popleft()
            places[event.tag] += 1
            if not ahead or step < ahead[0].step:
                yield Scalar(run.name, event.tag, step, None, time, value)


def _logged(run: RecordedRun) -> Iterator[ScalarsLogged]:
    return (record.event for record in run.lines() if isinstance(record.event, ScalarsLogged))


def _returns(run: RecordedRun) -> defaultdict[str, deque[_Return]]:
    """Return where the loop went back, by tag; the step of each is the earliest of all that follow."""
    found: defaultdict[str, list[_Return]] = defaultdict(list)
    places: Counter[str] = Counter()
    last: dict[str, int] = {}
    for event in _logged(run):
        for step in event.steps:
            if step < last.get(event.tag, step):
                found[event.tag].append(_Return(places[event.tag], step))
            last[event.tag] = step
            places[event.tag] += 1
    return defaultdict(deque, {tag: _with_earliest(returns) for tag, returns in found.items()})


def _with_earliest(returns: Sequence[_Return]) -> deque[_Return]:
    earliest = accumulate((it.step for it in reversed(returns)), min)
    backwards = [_Return(it.place, step) for it, step in zip(reversed(returns), earliest, strict=True)]
    return deque(reversed(backwards))
