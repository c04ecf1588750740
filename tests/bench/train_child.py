"""One loop in a process of its own, asked to train an epoch, and to finish, by lines on standard input.

Run as ``python -m tests.bench.train_child TASK``, a `LoopTask` as JSON. It trains one epoch at once, so that
compiling and warming up are over, and reports so; from then on it does nothing unless asked to. Every answer
is one JSON object a line.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import psutil

from core.config.run_config import RunConfig
from tests.bench.loop_task import LoopTask

if TYPE_CHECKING:
    import torch

EPOCH: Final = "epoch"
FINISH: Final = "finish"
_LARGEST_RESIDENT: Final = "VmHWM:"


class Loop(Protocol):
    """A loop that can be measured."""

    device: "torch.device"
    threads: int
    """What it computes on, on a processor."""

    def train_epoch(self) -> int:
        """Train an epoch to its end, nothing left running; return the images it had."""

    def finish(self) -> dict[str, object]:
        """Do what a run does after its epochs; return what else there is to report."""


def main(text: str) -> None:
    """Train the task, as long as somebody asks for more."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer
    for answer in _answers(LoopTask.from_json(text)):
        print(json.dumps(answer), file=answers)


def _answers(task: LoopTask) -> Iterator[dict[str, object]]:
    config = task.config
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # as core.worker
    import torch  # noqa: PLC0415 - its import is part of what is measured

    if task.way is not None:
        # its first optimizer imports torch's compiler, as slow again as torch; ours does without
        torch.optim.SGD([torch.zeros(1)])
    imported = time.time() - psutil.Process().create_time()
    began = time.perf_counter()
    loop = _loop(task, config)
    set_up = time.perf_counter() - began
    seconds, images = _epoch(loop)
    yield {
        "import_seconds": imported,
        "set_up_seconds": set_up,
        "first_epoch_seconds": seconds,
        "images": images,
        "threads": loop.threads,
        "torch": torch.__version__,
    }
    for line in sys.stdin:
        if line.strip() == FINISH:
            report = loop.finish()
            yield _memory(loop) | report
            return
        seconds, images = _epoch(loop)
        yield {"seconds": seconds, "images": images}


def _loop(task: LoopTask, config: RunConfig) -> Loop:
    if task.way is None:
        from tests.bench.our_loop import OurLoop  # noqa: PLC0415 - no loop pays for another's imports

        return OurLoop(config)
    if task.way.good:
        from tests.bench.good_loop import GoodLoop  # noqa: PLC0415 - as above

        return GoodLoop(config, task.way)
    from tests.bench.usual_loop import UsualLoop  # noqa: PLC0415 - as above

    return UsualLoop(config, task.way)


def _epoch(loop: Loop) -> tuple[float, int]:
    """Return an epoch's seconds and its images."""
    import torch  # noqa: PLC0415 - as above

    began = time.perf_counter()
    images = loop.train_epoch()
    if loop.device.type == "cuda":
        torch.cuda.synchronize(loop.device)
    return time.perf_counter() - began, images


def _memory(loop: Loop) -> dict[str, object]:
    """Return bytes: each process's largest resident set, and the device's largest allocation.

    The largest sets are added up; what processes share is in every one of them. The proportional set counts
    it once, as it is now.
    """
    import torch  # noqa: PLC0415 - as above

    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    device = torch.cuda.max_memory_allocated(loop.device) if loop.device.type == "cuda" else None
    return {
        "processes": len(processes),
        "peak_resident_bytes": sum(_peak_resident(process.pid) for process in processes),
        "proportional_bytes": sum(process.memory_full_info().pss for process in processes),
        "peak_device_bytes": device,
    }


def _peak_resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith(_LARGEST_RESIDENT))
    return 1_024 * int(line.split()[1])  # the kernel's "kB" are 1,024 bytes


if __name__ == "__main__":
    main(sys.argv[1])
