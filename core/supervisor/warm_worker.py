"""A worker that imports torch while the user still chooses what to train."""

import os
import subprocess
from contextlib import suppress
from typing import Final, Self

from core.runs.folder import SuiteFolder
from core.runs.handshake import WARM_FLAG, DevicesFound, Task
from core.supervisor.child_command import child_command
from core.supervisor.worker_environment import worker_environment

_READ_BYTES: Final = 65_536


def warm_worker() -> "WarmWorker | None":
    """Start one, where that is possible: it only saves time, and training starts one of its own."""
    with suppress(OSError):
        return WarmWorker.start()
    return None


class WarmWorker:
    """A worker without a suite yet, our child; it ends by itself where we die."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process: subprocess.Popen[bytes] | None = process
        self._said = b""
        self._devices: DevicesFound | None = None

    @classmethod
    def start(cls) -> Self:
        """Start a worker that imports torch, says what it finds, and waits.

        Raises:
            OSError: the process cannot be started.
        """
        process = subprocess.Popen(
            [*child_command("core.worker"), WARM_FLAG],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=worker_environment(),
            start_new_session=True,
        )
        if process.stdout is not None:
            os.set_blocking(process.stdout.fileno(), False)
        return cls(process)

    def devices(self) -> DevicesFound | None:
        """Return what torch finds here; None while that is not known. Never waits."""
        if self._devices is None and self._process is not None and self._process.stdout is not None:
            self._said += self._process.stdout.read(_READ_BYTES) or b""
            if self._said.endswith(b"\n"):
                self._devices = DevicesFound.from_line(self._said)
        return self._devices

    def train(self, folder: SuiteFolder) -> subprocess.Popen[bytes] | None:
        """Send the worker to what is queued of the suite in `folder`, and let it go.

        Return its process, which is an ordinary worker's from then on; None where it has died.
        """
        process, self._process = self._process, None
        if process is None or process.stdin is None or process.stdout is None:
            return None
        task = Task(str(folder.path))
        try:
            process.stdin.write(task.to_line())
        except BrokenPipeError:  # it is about to die, if it is not dead
            process.kill()
            process.wait()
        process.stdin.close()
        process.stdout.close()
        return process if process.poll() is None else None

    def dismiss(self) -> None:
        """End the worker, unless it was sent to a suite."""
        if self._process is not None:
            self._process.kill()  # it has nothing to lose
            self._process.communicate()  # which closes the pipes as well
            self._process = None
