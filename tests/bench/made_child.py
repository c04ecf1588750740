"""A `train_child` that trains nothing: it answers at once, as one that took the seconds it is told."""

import sys
from pathlib import Path
from typing import Final

import pytest

_PROGRAM: Final = """\
#!{python}
import json, os, sys
from tests.bench.loop_task import LoopTask

task = LoopTask.from_json(sys.argv[-1])
print(json.dumps({{"environment": dict(os.environ)}}), flush=True)
for line in sys.stdin:
    print(json.dumps({{"images": 1, "seconds": {seconds}}}), flush=True)
"""


def make_children(monkeypatch: pytest.MonkeyPatch, folder: Path, seconds: str) -> None:
    """Let children be such as answer; `seconds` is an expression of Python of their `task`."""
    program = folder / "python"
    program.write_text(_PROGRAM.format(python=sys.executable, seconds=seconds), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]), prepend=":")
    monkeypatch.setattr("sys.executable", str(program))
