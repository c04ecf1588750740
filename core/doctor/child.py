"""The child process that examines torch and the compiler: should they crash or hang, that is a finding."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Final, Self, TypeVar

from core.doctor.examined import (
    STEPS,
    DevicesExamined,
    Examination,
    Examined,
    LayersExamined,
    TorchExamined,
    VisionExamined,
    Word,
)
from core.runs.death import telling_line
from core.supervisor.child_command import child_command
from core.supervisor.worker_environment import worker_environment

PATIENCE_SECONDS: Final = 120.0
"""How long all of it may take: of a cold network disk, torch is seldom imported in less than one minute."""

_Found = TypeVar("_Found", bound=Examined)


class ExaminingChild:
    """A child at work; leaving the context ends it. `environment` is what it gets beside a worker's own.

    Raises:
        OSError: no process can be started.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            child_command("core.worker.examination"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=worker_environment() | dict(environment or {}),
            start_new_session=True,
        )
        self._examination: Examination | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    @property
    def ended(self) -> bool:
        """Tell whether the process has ended."""
        return self._process.poll() is not None

    def examination(self, patience: float = PATIENCE_SECONDS) -> Examination:
        """Return what it found, once it has ended; after `patience` seconds it is ended."""
        if self._examination is None:
            self._examination = self._heard_out(patience)
        return self._examination

    def _heard_out(self, patience: float) -> Examination:
        hung = False
        try:
            said, complaints = self._process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            hung = True
            self._kill()
            said, complaints = self._process.communicate()
        words = [Word.from_line(line) for line in said.splitlines(keepends=True) if line.endswith(b"\n")]
        found = {word.step: word.found for word in words if word.found is not None}
        errors = {word.step: word.error for word in words if word.error}
        begun = [word.step for word in words] or [next(iter(STEPS))]
        exit_code = self._process.returncode
        whole = not hung and exit_code == 0
        ended = f"it took more than {patience:g} s" if hung else _crash_words(exit_code, complaints)
        return Examination(
            layers=_of(found, LayersExamined),
            torch=_of(found, TorchExamined),
            vision=_of(found, VisionExamined),
            devices=_of(found, DevicesExamined),
            errors=errors,
            unfinished="" if whole else begun[-1],
            ended="" if whole else ended,
            hung=hung,
        )

    def _kill(self) -> None:
        """End the child with whatever it has started: a compiler may hang, too."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _of(found: Mapping[str, Examined], kind: type[_Found]) -> _Found | None:
    return next((one for one in found.values() if isinstance(one, kind)), None)


def _crash_words(exit_code: int, complaints: bytes) -> str:
    name = f"exit code {exit_code}"
    if exit_code < 0:
        with suppress(ValueError):
            name = signal.Signals(-exit_code).name
    line = telling_line(complaints.decode(errors="replace").splitlines())
    return f"its process ended ({name}){f': {line}' if line else ''}"
