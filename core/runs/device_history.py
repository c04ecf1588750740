"""What a run's process took while it trained, kept short: hours of samples are some hundreds of points."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from core.runs.events import DeviceSampled

_MOST_POINTS: Final = 512  # even, so that pairs come out


@dataclass(frozen=True, slots=True)
class DevicePoint:
    """What was taken when `step` steps of the run were done: the most memory, in bytes, and the mean load."""

    step: int
    resident_bytes: int
    cpu_load: float
    device_bytes: int | None
    device_load: float | None


@dataclass(frozen=True, slots=True)
class DeviceHistory:
    """A point for every `stride` samples; the stride doubles when there are too many points."""

    points: tuple[DevicePoint, ...] = ()
    stride: int = 1
    pending: tuple[DevicePoint, ...] = ()

    def extended(self, step: int, sample: DeviceSampled) -> "DeviceHistory":
        """Return the history with a sample that was taken when `step` steps of the run were done."""
        point = DevicePoint(
            step, sample.resident_bytes, sample.cpu_load, sample.device_bytes, sample.device_load
        )
        pending = (*self.pending, point)
        if len(pending) < self.stride:
            return DeviceHistory(self.points, self.stride, pending)
        points = (*self.points, _together(pending))
        if len(points) < _MOST_POINTS:
            return DeviceHistory(points, self.stride)
        pairs = zip(points[::2], points[1::2], strict=True)
        return DeviceHistory(tuple(map(_together, pairs)), 2 * self.stride)

    def cut(self, step: int) -> "DeviceHistory":
        """Return what was taken in the first `step` steps of the run."""
        points, pending = (
            tuple(point for point in part if point.step <= step) for part in (self.points, self.pending)
        )
        return DeviceHistory(points, self.stride, pending)

    @property
    def known(self) -> tuple[DevicePoint, ...]:
        """The points, the newest one of the samples that are no whole group yet."""
        return (*self.points, _together(self.pending)) if self.pending else self.points


def _together(points: Sequence[DevicePoint]) -> DevicePoint:
    """Return several points as one, at the place of the last."""
    memory = [point.device_bytes for point in points if point.device_bytes is not None]
    loads = [point.device_load for point in points if point.device_load is not None]
    return DevicePoint(
        step=points[-1].step,
        resident_bytes=max(point.resident_bytes for point in points),
        cpu_load=fmean(point.cpu_load for point in points),
        device_bytes=max(memory, default=None),
        device_load=fmean(loads) if loads else None,
    )
