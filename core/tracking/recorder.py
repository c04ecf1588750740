"""The thread beside a training loop that writes down what it logs, and hears what is asked of it."""

import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.tracking.folder import TrackedFolder
from core.tracking.logged_values import number, png

if TYPE_CHECKING:
    from core.runs.events import Event
    from core.runs.patient_log import PatientWriter

_FLUSH_SECONDS: Final = 0.5
_LAST_SECONDS: Final = 10.0  # a loop that has ended waits no longer for a disk
_PAUSED: Final = "paused from another terminal, where cifar-tui open lets it go on; Ctrl-C ends it"
_MOST_TROUBLES: Final = 100
_MOST_VALUES: Final = 10_000  # an event: its line has a tenth of what a reader takes


class Scalars(NamedTuple):
    """What a loop logged at `step`, at the Unix time `time`; a tuple, for one is made every step."""

    step: int
    time: float
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture a loop logged."""

    tag: str
    step: int
    image: Any


_Column = tuple[list[int], list[float], list[float]]  # steps, values, times
Logged = Scalars | Picture | Callable[[], "Event"]


class Recorder:
    """Takes what is logged without waiting; a thread writes it, twice a second.

    Whatever goes wrong is told by `tell`, each kind of trouble once, and never raised: what the disk refuses
    waits in memory, and where the folder is gone nothing is recorded any more.
    """

    def __init__(
        self, folder: TrackedFolder, began: "Callable[[], Event]", tell: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._began = began
        self._tell = tell
        self._told: set[str] = set()
        self._waiting: deque[Logged] = deque()
        self._end: Callable[[], Event] | None = None
        self._ending = threading.Event()
        self._changed = threading.Condition()
        self._pausing = self._stopping = self._holding = self._holds_as_told = False
        self._heard = False
        self.broken = False
        self.asked = False
        """Whether the loop is to pause or to stop: looked at every step."""
        self._thread = threading.Thread(target=self._run, name="cifar-tui recorder", daemon=True)
        self._thread.start()

    @property
    def stopping(self) -> bool:
        """Tell whether the loop heard that somebody asked it to stop."""
        return self._heard

    def take(self, logged: "Logged") -> None:
        """Keep what was logged until the thread writes it; a callable gives an event, in that thread."""
        if not self.broken:
            self._waiting.append(logged)

    def complain(self, text: str, kind: str) -> None:
        """Tell a trouble, once of each kind, and of the first hundred kinds."""
        if kind not in self._told and len(self._told) < _MOST_TROUBLES:
            self._told.add(kind)
            self._tell(text)

    def hold(self) -> bool:
        """Wait while the loop is to pause; return whether it is to stop."""
        with self._changed:
            try:
                while self._pausing and not (self._stopping or self.broken or self._ending.is_set()):
                    if not self._holding:
                        self._holding = True
                        self._tell(f"{self._folder.path}: {_PAUSED}")
                    self._changed.wait(_FLUSH_SECONDS)
            finally:
                self._holding = False
        self._heard = self._stopping
        return self._stopping

    def finish(self, end: "Callable[[], Event]") -> None:
        """Write what waits, then the event that `end` makes; wait at most some seconds for that.

        A second time, after Ctrl-C here, waits again for the first end.
        """
        self._end = self._end or end
        self._ending.set()
        self._thread.join(_LAST_SECONDS)
        if self._thread.is_alive():
            self.broken = True
            self.complain(f"{self._folder.path}: not all that was logged could be written", "end")

    # -- the thread --------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._record()
        except OSError as error:
            self.complain(f"{error}; nothing is recorded any more, training goes on", "end")
        except Exception:  # noqa: BLE001 - whatever it is, the loop beside is not to end by it
            self.complain(f"recording ended by a fault of cifar-tui's: {traceback.format_exc()}", "end")
        self.broken = True
        self._waiting.clear()

    def _record(self) -> None:
        # here: beside the loop, which need not wait for what takes a tenth of a second to import
        from core.runs.file_tail import LineTail  # noqa: PLC0415
        from core.runs.patient_log import PatientWriter  # noqa: PLC0415

        orders = LineTail(self._folder.commands)
        writer = PatientWriter(self._folder.events, self._tell, give_up=self._ending.is_set)
        try:
            writer.write(self._began())
            while not self._ending.wait(_FLUSH_SECONDS):
                self._hear(orders)
                if self._pausing and not self._folder.events.exists():  # nobody could ask it to go on
                    raise FileNotFoundError(f"{self._folder.path}: the folder was deleted or moved")
                self._write(writer)
            self._write(writer)
            if self._end is not None:
                writer.write(self._end())
        finally:
            writer.close()

    def _hear(self, orders: Any) -> None:  # noqa: ANN401 - imported above
        from core.runs.commands import Command, read_order  # noqa: PLC0415 - as above

        with suppress(OSError):
            for line in orders.poll():
                order = read_order(line)
                if order is None:
                    continue
                match order.command:
                    case Command.PAUSE:
                        self._pausing = True
                    case Command.RESUME:
                        self._pausing = False
                    case Command.STOP_NOW | Command.STOP_AFTER_EPOCH | Command.SKIP:
                        self._stopping = True
        self.asked = self._pausing or self._stopping
        with self._changed:
            self._changed.notify_all()

    def _write(self, writer: "PatientWriter") -> None:
        from core.runs.events import Phase, PhaseChanged  # noqa: PLC0415 - as above

        if self._holding != self._holds_as_told:
            self._holds_as_told = self._holding
            writer.write(PhaseChanged(phase=Phase.PAUSED if self._holding else Phase.TRAIN))
        for event in self._events():
            writer.write(event)

    def _events(self) -> "Iterator[Event]":
        """Yield what waits as events: of each tag all values, then pictures."""
        from core.runs.tracked_events import ImageLogged, ScalarsLogged  # noqa: PLC0415 - as above

        columns: dict[str, _Column] = {}
        pictures: list[Picture] = []
        for _ in range(len(self._waiting)):
            logged = self._waiting.popleft()
            if isinstance(logged, Scalars):
                self._sort(logged, columns)
            elif isinstance(logged, Picture):
                pictures.append(logged)
            else:
                yield logged()
        for tag, (steps, values, times) in columns.items():
            for begin in range(0, len(steps), _MOST_VALUES):
                part = slice(begin, begin + _MOST_VALUES)
                yield ScalarsLogged(
                    tag=tag, steps=tuple(steps[part]), values=tuple(values[part]), times=tuple(times[part])
                )
        for picture in pictures:
            try:
                yield ImageLogged(tag=picture.tag, step=picture.step, png=png(picture.image))
            except Exception as error:  # noqa: BLE001 - whatever was logged, the rest is recorded
                self._leave_out(picture.tag, error)

    def _sort(self, logged: Scalars, columns: "dict[str, _Column]") -> None:
        """Put what was logged at a step behind the earlier values of each tag."""
        for tag, value in logged.values.items():
            try:
                known = value if type(value) is float else number(value)
                name = tag if type(tag) is str else str(tag)
            except Exception as error:  # noqa: BLE001 - as above
                self._leave_out(tag, error)
                continue
            if name not in columns:
                columns[name] = ([], [], [])
            steps, values, times = columns[name]
            steps.append(logged.step)
            values.append(known)
            times.append(logged.time)

    def _leave_out(self, tag: object, error: Exception) -> None:
        self.complain(f"{tag}: left out, for it is no number or picture ({error})", str(tag))


def say(text: str) -> None:
    """Write a line to standard error, if there is one."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"cifar-tui: {text}\n")
