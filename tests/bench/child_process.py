"""This end of a `train_child`: started, asked for an epoch at a time, asked for what it took, ended."""

import json
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from core.supervisor.worker_environment import worker_environment
from tests.bench.loop_task import LoopTask
from tests.bench.train_child import EPOCH, FINISH


class TrainChild:
    """A child that trains `task`; when it is made, its first epoch is over. `started` is what it reported.

    Every loop has the environment of our worker, whose settings of the memory allocator suit any of them.

    Raises:
        RuntimeError: the child ended without an answer; it has reported why on standard error.
    """

    def __init__(self, task: LoopTask) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.train_child", task.to_json()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=worker_environment(),
            text=True,
        )
        self.started = self._answer()

    def seconds_an_image(self) -> float:
        """Train an epoch and return its seconds over its images."""
        answer = self._ask(EPOCH)
        return float(answer["seconds"]) / int(answer["images"])

    def finish(self) -> dict[str, Any]:
        """Let it end; return what it took."""
        return self._ask(FINISH)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._process.kill()
        self._process.communicate()

    def _ask(self, words: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        print(words, file=self._process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.communicate()
            raise RuntimeError(f"a child ended with exit status {self._process.returncode}")
        answer: dict[str, Any] = json.loads(line)
        return answer
