"""The writer: three lines in any training loop, and it is seen and steered in the dashboard."""

import atexit
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from weakref import WeakSet

from core.tracking.folder import create_folder
from core.tracking.logged_values import fitting, held, step_of, texts
from core.tracking.recorder import Picture, Recorder, Scalars, say

if TYPE_CHECKING:
    from core.runs.events import Event
    from core.runs.suite_lock import SuiteLock

_INTERRUPTED: Final = "interrupted"
_MOST_OF_COMMAND: Final = 2**16  # characters
_ASKED: Final = "asked to, from another terminal"


class Run:
    """A run of your own training loop, recorded in a folder that `cifar-tui open` shows, live or later.

    ``with Run("mine", config={"lr": 0.1}) as run:`` ends the run with the block: finished, or failed where
    the block raised. Without `with`, `finish` does, or the end of the program. `config` is a mapping,
    dataclass or namespace, `dir` the folder in which the run gets one of its own, named after it.

    Nothing here waits for a disk or a device, and nothing raises into the loop: what is wrong is told once,
    on standard error. One process writes a run; copies of it in forked processes do nothing.
    """

    def __init__(self, name: str, config: Any = None, dir: str | os.PathLike[str] = "runs") -> None:  # noqa: A002, ANN401 - as other trackers call it; a mapping or an object
        self.name = str(name)
        self.path: Path | None = None
        """The run's folder; None where none could be made."""
        self._config: dict[str, str] = {}
        self._next_step = 0
        self._next_steps: dict[str, int] = {}
        self._last_error = getattr(sys, "last_value", None)
        self._recorder: Recorder | None = None
        self._lock: SuiteLock | None = None
        try:
            folder = create_folder(Path(dir), self.name)
            self.path = folder.path
            self._lock = folder.lock().acquire(timeout=1.0)
            self._config = self._told(config)
            self._recorder = Recorder(folder, _beginning(self.name, self._config), say)
        except Exception as error:  # noqa: BLE001 - the loop is worth more than its record
            say(f"{self.name}: cannot be recorded, training goes on ({error})")
        _RUNS.add(self)
        atexit.register(self._at_exit)

    def __reduce__(self) -> "tuple[Callable[[str, Path | None], Run], tuple[str, Path | None]]":
        """Make copies, such as that of a network which holds the run, do nothing, as in forked processes."""
        return _copy, (self.name, self.path)

    def _told(self, config: Any) -> dict[str, str]:  # noqa: ANN401 - as above
        try:
            return {} if config is None else texts(config)
        except Exception as error:  # noqa: BLE001 - the run is worth more than its settings
            say(f"{self.name}: config: left out ({error})")
            return {}

    def add_config(self, config: Any) -> None:  # noqa: ANN401 - as above
        """Tell more of what the run is made from, or otherwise."""
        recorder = self._recorder
        if recorder is None or recorder.broken:
            return
        try:
            self._config = self._config | texts(config)
            recorder.take(_beginning(self.name, self._config))
        except Exception as error:  # noqa: BLE001 - as above
            recorder.complain(f"config: left out ({error})", "config")

    def log(self, values: Mapping[str, Any], step: int | None = None) -> None:
        """Record numbers by tag, such as ``{"train/loss": loss}``: floats, or tensors and arrays of one.

        A tensor on a device is not waited for. `step` counts from 0; where it is not given, it is one more
        than at the last call.
        """
        recorder = self._recorder
        if recorder is None or recorder.broken:
            return
        try:
            now = self._next_step if step is None else step_of(step)
            self._next_step = now + 1
            recorder.take(Scalars(now, time.time(), {tag: held(value) for tag, value in values.items()}))
        except Exception as error:  # noqa: BLE001 - as above
            recorder.complain(f"log: left out ({error})", f"log {type(error)}")

    def add_scalar(self, tag: str, value: Any, step: int | None = None) -> None:  # noqa: ANN401 - as for log
        """Record one number; where `step` is not given, it is one more than the tag's last one."""
        recorder = self._recorder
        if recorder is None or recorder.broken:
            return
        try:
            now = self._next_steps.get(tag, 0) if step is None else step_of(step)
            self._next_steps[tag] = now + 1
            recorder.take(Scalars(now, time.time(), {tag: held(value)}))
        except Exception as error:  # noqa: BLE001 - as above
            recorder.complain(f"{tag}: left out ({error})", f"{tag}")

    def add_image(self, tag: str, image: Any, step: int | None = None) -> None:  # noqa: ANN401 - see below
        """Record a picture: Pillow's, or an array or tensor [H, W], [H, W, C] or [C, H, W].

        It has bytes, or numbers from 0 to 1. One of more than a million pixels is made smaller.
        """
        recorder = self._recorder
        if recorder is None or recorder.broken:
            return
        try:
            kept = image.detach().clone() if hasattr(image, "detach") else image
            kept = kept.copy() if hasattr(kept, "copy") else kept
            recorder.take(
                Picture(str(tag), max(self._next_step - 1, 0) if step is None else step_of(step), kept)
            )
        except Exception as error:  # noqa: BLE001 - as above
            recorder.complain(f"{tag}: left out ({error})", f"{tag}")

    def should_stop(self) -> bool:
        """Tell whether somebody asked the run to stop, in any terminal; while it is to pause, wait here."""
        recorder = self._recorder
        return recorder is not None and recorder.asked and recorder.hold()

    def finish(self) -> None:
        """Record that the run has ended; a second time, nothing."""
        self._finish(_stopped(_ASKED) if self._recorder and self._recorder.stopping else _finished)

    def fail(self, error: BaseException) -> None:
        """Record that `error` ended the run, for who catches it; `with` does so by itself."""
        self._finish_after(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish_after(error)

    def _finish_after(self, error: BaseException | None) -> None:
        match error:
            case None | SystemExit(code=None | 0):
                self.finish()
            case KeyboardInterrupt():
                self._finish(_stopped(_INTERRUPTED))
            case _:
                self._finish(_failed(error))

    def _at_exit(self) -> None:
        """End a run whose program ends without a word; an exception that ended it is known to `sys`.

        So is one that ended no program, of a line before the run where somebody types them one by one.
        """
        error = getattr(sys, "last_value", None)
        self._finish_after(None if error is self._last_error else error)

    def _finish(self, end: "Callable[[], Event]") -> None:
        if self._recorder is not None:
            self._recorder.finish(end)  # Ctrl-C may end it: then the end of the program comes here again
            self._recorder = None
        if self._lock is not None:
            self._lock.release()
        atexit.unregister(self._at_exit)

    def _be_silent(self) -> None:
        """In a forked process: the run is its parent's, whose thread is not here."""
        self._recorder = None
        if self._lock is not None:
            self._lock.release()  # only this process's hold on it


def _copy(name: str, path: Path | None) -> Run:
    run = Run.__new__(Run)
    run.name, run.path = name, path
    run._recorder = run._lock = None  # noqa: SLF001 - its own module's
    return run


_RUNS: "Final[WeakSet[Run]]" = WeakSet()


def _silence_all() -> None:
    for run in list(_RUNS):
        run._be_silent()  # noqa: SLF001 - its own module's


os.register_at_fork(after_in_child=_silence_all)


# Events are made by the recorder's thread, once it has imported what they take.


def _beginning(name: str, config: dict[str, str]) -> "Callable[[], Event]":
    def made() -> "Event":
        from core.runs.tracked_events import TrackingStarted  # noqa: PLC0415 - see above

        command = " ".join(sys.argv)[:_MOST_OF_COMMAND]
        return TrackingStarted(name=name, config=fitting(config), command=command)

    return made


def _finished() -> "Event":
    from core.runs.life_events import RunFinished  # noqa: PLC0415 - see above

    return RunFinished()


def _stopped(reason: str) -> "Callable[[], Event]":
    def made() -> "Event":
        from core.runs.life_events import RunStopped  # noqa: PLC0415 - see above

        return RunStopped(reason=reason)

    return made


def _failed(error: BaseException) -> "Callable[[], Event]":
    line = next(iter(traceback.format_exception_only(error)), "").strip().partition("\n")[0]
    lines = "".join(traceback.format_exception(error))

    def made() -> "Event":
        from core.runs.life_events import Fault, RunFailed  # noqa: PLC0415 - see above

        return RunFailed(error=line, fault=Fault.PROGRAM, traceback=lines)

    return made
