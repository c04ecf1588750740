"""What the writer of other loops costs: its import, and every step of a plain PyTorch loop that logs.

``uv run python -m tests.bench writer --save`` on a quiet machine. The loop trains the page's small network,
with and without two logged numbers a step, in turns; the cost is the difference of the process's own
processor time, the writer's thread included, and of the wall clock.
"""

import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

_STEPS: Final = 20_000
_ROUNDS: Final = 7
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
            run.log({{"train/loss": loss, "train/lr": 0.1}}, step)
            run.should_stop()
train(None)
for logs in (False, True):
    run = Run("bench", dir=sys.argv[1]) if logs else None
    time.sleep(1.0)
    cpu, wall = time.process_time(), time.perf_counter()
    train(run)
    wall = time.perf_counter() - wall
    if run is not None:
        run.finish()
    print((time.process_time() - cpu) / {_STEPS} * 1e6, wall / {_STEPS} * 1e6)
"""
_IMPORT: Final = """
import time
began = time.perf_counter()
import core.tracking
print((time.perf_counter() - began) * 1e3)
"""


def measure() -> dict[str, object]:
    """Return microseconds that logging adds to a step, and milliseconds of the import: medians and all."""
    processor, wall = [], []
    for _ in range(_ROUNDS):
        with TemporaryDirectory() as folder:
            plain, logging = (
                [float(figure) for figure in line.split()] for line in _said(_LOOP, folder).splitlines()
            )
        processor.append(logging[0] - plain[0])
        wall.append(logging[1] - plain[1])
    _said(_IMPORT)  # its bytecode
    imports = [float(_said(_IMPORT)) for _ in range(_IMPORTS)]
    return {
        "steps": _STEPS,
        "numbers_a_step": 2,
        "processor_microseconds_a_step": {"median": median(processor), "all": processor},
        "wall_microseconds_a_step": {"median": median(wall), "all": wall},
        "import_milliseconds": {"median": median(imports), "all": imports},
    }


def _said(source: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", source, *arguments], capture_output=True, text=True, check=True
    ).stdout
