"""Has a task done by the process that reads and writes models, which imports torch."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from core.errors import InputError
from core.printable import printable
from core.supervisor.child_command import child_command
from core.supervisor.model_tasks import Answer, Task, TaskRefused, from_line, to_line


def answers(task: Task) -> Iterator[Answer]:
    """Yield what comes of `task`, as it comes; the process ends when nobody asks any more.

    Raises:
        InputError: nothing can be done; the message says what would be right.
        OSError: the process cannot be started, or died.
    """
    with tempfile.TemporaryFile() as errors, _process(errors) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both were asked for")
        with suppress(BrokenPipeError), process.stdin:  # it died; its exit tells
            process.stdin.write(to_line(task))
        for line in process.stdout:
            answer = from_line(line)
            if isinstance(answer, TaskRefused):
                raise InputError(answer.reason)
            if not isinstance(answer, Task):
                yield answer
        if process.wait() != 0:
            raise OSError(f"the model's process died: {_last_line(errors) or f'status {process.returncode}'}")


@contextmanager
def _process(errors: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        child_command("core.models"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
    )
    try:
        yield process
    finally:
        process.kill()  # it has nothing to lose
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").split("\n")
    return next((printable(line) for line in reversed(lines) if line.strip()), "")
