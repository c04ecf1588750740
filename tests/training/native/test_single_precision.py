"""All that is computed, once more in single precision, where the processor multiplies in bf16 unasked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from core.environment import PRECISION_VARIABLE
from core.errors import InputError
from core.training.native.bindings import kept_type
from core.training.native.compiler import Compiler

_COMPUTED = ("test_layers.py", "test_network.py", "test_wide_network.py")


def test_single_precision_can_be_asked_for_and_is_exact() -> None:
    if kept_type() is torch.float32:
        pytest.skip("this processor does so unasked")
    tests = [str(Path(__file__).with_name(name)) for name in _COMPUTED]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *tests],
        env=os.environ | {PRECISION_VARIABLE: "single"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "multiplies in single precision" in done.stdout  # what is of bf16 alone was left out


def test_it_is_another_library(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = Compiler.found()
    names = set()
    for precision in ("single", "bf16"):
        monkeypatch.setenv(PRECISION_VARIABLE, precision)
        names.add(compiler.identity())
    assert len(names) == 2


def test_a_precision_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PRECISION_VARIABLE, "half")
    with pytest.raises(InputError, match="CIFAR_TUI_PRECISION half: must be single or bf16"):
        Compiler.found().identity()
