"""What a training loop that is not ours tells of itself: `core.tracking` writes and reads it.

Its phases, notices and ends are those of our own runs.
"""

from dataclasses import dataclass, field
from typing import Annotated

from core.runs.limits import Command, Count, Png, Range

Scalar = Annotated[float, Range(-1.8e308, 1.8e308, open_ended=True)]
"""Whatever a loop computes: any number of 64 bits."""
Moment = Annotated[float, Range(0, 2**37)]
"""Unix seconds, to the year 6325."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingStarted:
    """The first event of a run of another loop; `config` is what it is made from, each value as text.

    It comes again where the run tells more of what it is made from.

    `source` says what wrote it, such as "TensorBoard"; empty for the writer of `core.tracking`.
    """

    name: str
    config: dict[str, str] = field(default_factory=dict)
    command: Command = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarsLogged:
    """Values of one quantity, named by its `tag` ("train/loss"), in the order they were logged.

    Each has the step it is of, from 0, and the time it was logged. A step before the last one that was told
    of a tag means that the loop went back: what the tag had from there on is as if it had not been told.

    Raises:
        ValueError: there are not as many steps and times as values, or none.
    """

    tag: str
    steps: tuple[Count, ...]
    values: tuple[Scalar, ...]
    times: tuple[Moment, ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.values) == len(self.steps) == len(self.times):
            raise ValueError(f"{len(self.steps)} steps, {len(self.times)} times, {len(self.values)} values")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLogged:
    """A picture a loop made at `step`, as PNG in base64."""

    tag: str
    step: Count
    png: Png


TrackedEvent = TrackingStarted | ScalarsLogged | ImageLogged
