"""How long runs took, each and all together."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.runs.run_state import RunState


@dataclass(frozen=True, slots=True)
class TotalTime:
    """Seconds of training and of evaluation, added up over runs, and by the clock.

    `wall_seconds` is the time in which at least one of the runs was under way: images, compiling and pauses
    included, and once where runs train side by side.
    """

    training_seconds: float
    evaluation_seconds: float
    wall_seconds: float

    @property
    def seconds(self) -> float:
        """Training and evaluation together."""
        return self.training_seconds + self.evaluation_seconds


def total_time(states: Iterable[RunState]) -> TotalTime:
    """Return the time that `states` took as far as they have come."""
    runs = tuple(states)
    epochs = [result for run in runs for result in run.epochs]
    return TotalTime(
        training_seconds=sum(result.train.seconds for result in epochs),
        evaluation_seconds=sum(result.test.seconds for result in epochs if result.test),
        wall_seconds=_covered(span for run in runs for span in (*run.stints, *run.under_way)),
    )


def _covered(spans: Iterable[tuple[float, float]]) -> float:
    """Return the length of the union of `spans`."""
    length, reached = 0.0, float("-inf")
    for begin, end in sorted(spans):
        length += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return length
