"""What is said of a torch or a compiler that is broken, by children that really import and run them."""

from pathlib import Path

import pytest

from core.doctor.child import ExaminingChild
from core.doctor.examined import Examination
from core.doctor.layers import COMPILER_FAILS, NO_COMPILER, NO_PRECISION, check_layers
from core.doctor.torch_import import MIXED, TORCH_ENDS, TORCH_FAILS, TORCH_HANGS, check_torch
from tests.doctor import fake_torch
from tests.doctor.fake_torch import shadowing
from tests.patience import wait_for

REFUSING = """\
#!/bin/sh
[ "$1" != --version ] || exec echo g++ 99
echo error: no crt1.o >&2
exit 1
"""


def examined(environment: dict[str, str]) -> Examination:
    with ExaminingChild(environment) as child:
        return child.examination()


def test_a_crash_is_told_with_where_it_was_and_what_it_said(tmp_path: Path) -> None:
    found = examined(shadowing(tmp_path, fake_torch.CRASHES))
    assert found.unfinished == "torch"
    (finding,) = check_torch(found)
    assert finding.trouble == TORCH_ENDS.key
    assert finding.says == "its import crashes: its process ended (SIGABRT): Aborted"


def test_a_torch_that_hangs_is_ended(tmp_path: Path) -> None:
    marker = tmp_path / "importing"
    with ExaminingChild(shadowing(tmp_path, fake_torch.hangs(marker))) as child:
        wait_for(marker.exists)
        found = child.examination(patience=0.01)
    (finding,) = check_torch(found)
    assert finding.trouble == TORCH_HANGS.key
    assert finding.says == "its import does not end: it took more than 0.01 s"


def test_an_import_that_fails_is_quoted(tmp_path: Path) -> None:
    found = examined(shadowing(tmp_path, fake_torch.FAILS))
    (finding,) = check_torch(found)
    assert finding.trouble == TORCH_FAILS.key
    assert "ImportError: libcudart.so.13: cannot open shared object file" in finding.says


def test_a_torchvision_for_another_torch_is_told_apart_from_torch(tmp_path: Path) -> None:
    found = examined(shadowing(tmp_path, fake_torch.IMPORTS, fake_torch.NO_OPERATORS))
    torch, vision, *_ = check_torch(found)
    assert torch.says.startswith("2.11.0, imported in ")
    assert vision.trouble == MIXED.key
    assert "operator torchvision::nms does not exist" in vision.says


def test_without_a_compiler_nothing_but_that_is_said_of_the_layers(tmp_path: Path) -> None:
    (finding,) = check_layers(examined(shadowing(tmp_path, fake_torch.FAILS)))
    assert finding.trouble == NO_COMPILER.key
    assert finding.says == "no C++ compiler (g++, clang++, c++)"


def test_a_compiler_that_refuses_everything_is_quoted(tmp_path: Path) -> None:
    environment = shadowing(tmp_path, fake_torch.FAILS)
    compiler = tmp_path / "bin" / "g++"
    compiler.write_text(REFUSING)
    compiler.chmod(0o755)
    finding = next(iter(check_layers(examined(environment))))
    assert finding.trouble == COMPILER_FAILS.key
    assert finding.says == f"it cannot compile: {compiler}: error: no crt1.o"


def test_a_precision_that_is_none_is_a_problem_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_TUI_PRECISION", "double")
    (finding,) = check_layers(Examination())
    assert finding.trouble == NO_PRECISION.key
    assert finding.says == "CIFAR_TUI_PRECISION double: must be single or bf16"


def test_leaving_ends_the_child(tmp_path: Path) -> None:
    marker = tmp_path / "importing"
    with ExaminingChild(shadowing(tmp_path, fake_torch.hangs(marker))) as child:
        pass
    assert child.ended
