import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
from core.training.native.library import NotAvailableError, native_library
try:
    print("compiled" if native_library().compiled else "found")
except NotAvailableError as error:
    print(error)
"""


def said(cache: Path, **variables: str) -> str:
    environment = os.environ | {"CIFAR_TUI_CACHE": str(cache)} | variables
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_layers_are_compiled_once(tmp_path: Path) -> None:
    assert said(tmp_path) == "compiled"
    assert said(tmp_path) == "found"
    (file,) = tmp_path.iterdir()
    assert file.name.startswith("layers-")


def test_a_library_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    said(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"no library")
    assert said(tmp_path).startswith(str(file))


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert str(tmp_path / "file") in said(tmp_path / "file")
    assert "no such user" in said(Path("~nobody-of-that-name/cache"))


def test_without_a_compiler_the_reason_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, PATH=str(tmp_path)) == "no C++ compiler (g++, clang++, c++)"


def test_a_compiler_that_fails_is_quoted(tmp_path: Path) -> None:
    compiler = tmp_path / "bin" / "g++"
    compiler.parent.mkdir()
    compiler.write_text("#!/bin/sh\n[ $1 = --version ] && exit\necho 'error: no openmp' >&2\nexit 1\n")
    compiler.chmod(0o755)
    assert said(tmp_path / "cache", PATH=f"{compiler.parent}:/bin") == f"{compiler}: error: no openmp"


def test_the_layers_can_be_done_without(tmp_path: Path) -> None:
    assert said(tmp_path, CIFAR_TUI_PLAIN="1") == "CIFAR_TUI_PLAIN is 1"
