"""How far a stage of loading is, and how fast it has gone lately."""

from dataclasses import dataclass
from typing import Final, Self

from core.runs.events import DataProgressed

_WINDOW_SECONDS: Final = 20.0
_BETWEEN_SAMPLES: Final = 0.5
_ENOUGH_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Loading:
    """A stage under way, as its last event has it.

    `samples` are (Unix seconds, how much was done), the oldest first: those of the last seconds and the one
    before them. What was done before the first, by an earlier download, counts for no rate.
    """

    event: DataProgressed
    samples: tuple[tuple[float, int], ...]

    @classmethod
    def after(cls, earlier: "Loading | None", event: DataProgressed, time: float) -> Self:
        """Return how loading stands after `event`, which happened at `time`; another stage begins anew."""
        if earlier is None or earlier.event.what != event.what or earlier.event.done > event.done:
            return cls(event, ((time, event.done),))
        samples = earlier.samples
        if len(samples) > 1 and time - samples[-2][0] < _BETWEEN_SAMPLES:
            samples = samples[:-1]  # so that the last one is the latest, and they stay few
        samples = (*samples, (time, event.done))
        old = sum(time - at > _WINDOW_SECONDS for at, _ in samples)
        return cls(event, samples[max(old - 1, 0) :])

    @property
    def rate(self) -> float | None:
        """Units a second lately; None until that can be said."""
        (began, first), (now, last) = self.samples[0], self.samples[-1]
        return (last - first) / (now - began) if now - began >= _ENOUGH_SECONDS else None

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at this rate; None where that can't be said."""
        if not self.rate or not self.event.total:
            return None
        return (self.event.total - self.event.done) / self.rate
