"""What the writer of other loops costs: its import, and every step of a plain PyTorch loop that logs.

``uv run python -m tests.bench writer --save`` on a quiet machine. The loop trains the page's small network,
with and without two logged numbers a step, in turns; the cost is the difference of two turns: of the
process's own processor time, the writer's thread included, and of the wall clock.
"""

import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

_STEPS: Final = 5_000  # a turn
_TURNS: Final = 20
_IMPORTS: Final = 15
_LOOP: Final = f"""
import sys, time, torch
from torch.nn import functional as F
torch.set_num_threads(1)
from core.tracking import Run
model = torch.nn.Sequential(torch.nn.Linear(20, 64), torch.nn.ReLU(), torch.nn.Linear(64, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
inputs = torch.randn(6400, 20)
labels = (inputs.sum(1) > 0).long()
def train(run):
    for step in range({_STEPS}):
        first = 64 * (step % 100)
        loss = F.cross_entropy(model(inputs[first : first + 64]), labels[first : first + 64])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if run is not None:
            run.log({{"train/loss": loss, "train/lr": 0.1}})
            run.should_stop()
with Run("bench", dir=sys.argv[1]) as run:
    train(run)
    time.sleep(1.0)  # the thread has imported what it takes, and written the first
    for turn in range({_TURNS}):
        for logging in (None, run) if turn % 2 else (run, None):
            cpu, wall = time.process_time(), time.perf_counter()
            train(logging)
            wall = time.perf_counter() - wall
            time.sleep(0.8)  # whatever waits is written
            print(int(logging is not None), (time.process_time() - cpu) * 1e6, wall * 1e6)
"""
_IMPORT: Final = """
import time
began = time.perf_counter()
import core.tracking
print((time.perf_counter() - began) * 1e3)
"""


def measure() -> dict[str, object]:
    """Return microseconds that logging adds to a step, and milliseconds of the import: medians and all."""
    with TemporaryDirectory() as folder:
        turns = [[float(figure) for figure in line.split()] for line in _said(_LOOP, folder).splitlines()]
    plain = [turn for turn in turns if not turn[0]]
    logging = [turn for turn in turns if turn[0]]
    processor, wall = (
        [(more[at] - less[at]) / _STEPS for less, more in zip(plain, logging, strict=True)] for at in (1, 2)
    )
    _said(_IMPORT)  # its bytecode
    imports = [float(_said(_IMPORT)) for _ in range(_IMPORTS)]
    return {
        "steps_a_turn": _STEPS,
        "turns": _TURNS,
        "numbers_a_step": 2,
        "processor_microseconds_a_step": {"median": median(processor), "all": processor},
        "wall_microseconds_a_step": {"median": median(wall), "all": wall},
        "import_milliseconds": {"median": median(imports), "all": imports},
    }


def _said(source: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", source, *arguments], capture_output=True, text=True, check=True
    ).stdout
