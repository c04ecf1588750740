"""What is to be expected of a choice, where it was measured: accuracy before, and time on this machine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.dataset.availability import SourceFound
from core.errors import InputError
from core.results.measured_presets import measured
from core.runs.handshake import DevicesFound
from core.runs.speed import Speed, measured_speed
from tui.frame.background import ask_in_background
from tui.start.choice import Choice

_CIFAR10_IMAGES: Final = 50_000  # to train on
_MINUTE: Final = 60.0
_HOUR: Final = 3_600.0
_EXACT: Final = 10  # of a unit: what is more has no decimal


@dataclass(frozen=True, slots=True)
class Expected:
    """A line on the highlighted norm's accuracy, a few words on the time of all runs; empty: not known."""

    accuracy: str = ""
    time: str = ""


class Past:
    """How fast this machine was; looked up once for a runs folder and a device, until it is to be anew."""

    def __init__(self) -> None:
        self.speed = Speed()
        self._known: tuple[Path, str] | None = None

    def forget(self) -> None:
        """Look again next time: runs may have ended meanwhile."""
        self._known = None

    async def look(self, runs_dir: Path, devices: DevicesFound | None) -> bool:
        """Look what the runs in `runs_dir` tell of this device; return whether that is something else."""
        if devices is None or self._known == (runs_dir, devices.device_name):
            return False
        self._known = (runs_dir, devices.device_name)
        before, self.speed = self.speed, await ask_in_background(measured_speed, *self._known)
        return self.speed != before


def expected(choice: Choice, source: SourceFound | None, speed: Speed) -> Expected:
    """Return what is to be expected of `choice`, whose images are `source`, at a `speed` of before."""
    if choice.mistakes or not choice.norms:
        return Expected()
    cifar10 = source is not None and source.cifar10
    found = measured(choice.config()) if cifar10 else None
    try:
        seconds = speed.of(choice.grid().runs(), _CIFAR10_IMAGES if cifar10 else None)
    except InputError:
        seconds = None
    return Expected(
        accuracy=f"{choice.highlighted} {found}" if found else "",
        time="" if seconds is None else f"about {_time(seconds)} here",
    )


def _time(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{max(round(seconds), 1)} s"
    unit, name = (_MINUTE, "min") if seconds < _HOUR else (_HOUR, "h")
    amount = seconds / unit
    return f"{amount:.0f} {name}" if amount >= _EXACT else f"{amount:.1f} {name}"
