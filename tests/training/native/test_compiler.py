import re
import shutil
from pathlib import Path

import pytest

from core.training.native import compiler
from core.training.native.compiler import FLAGS_VARIABLE, Compiler
from core.training.native.errors import CompilationError, NoCompilerError, NotAvailableError
from tests.native_layers import need_native_layers

SOURCES = Path(compiler.__file__).parent


def fake_compiler(folder: Path, script: str) -> Compiler:
    file = folder / "g++"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return Compiler(str(file))


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Return a copy of one of the sources in which a header's name is misspelt."""
    folder = tmp_path / "sources"
    folder.mkdir()
    file = folder / "convolution_layer.cpp"
    for source in (*SOURCES.glob("*.hpp"), SOURCES / file.name):
        shutil.copy(source, folder)
    right = file.read_text()
    broken = right.replace('#include "batch_chunks.hpp"', '#include "chunkz.hpp"')
    assert broken != right
    file.write_text(broken)
    return folder


def test_what_the_compiler_does_not_take_is_quoted_with_its_line(sources: Path) -> None:
    with pytest.raises(CompilationError, match=r"convolution_layer\.cpp:\d+:\d+: .*error: .*chunkz\.hpp"):
        Compiler.found(sources).compile()


def test_tests_fail_where_the_compiler_does_not_take_our_code(sources: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"convolution_layer\.cpp:\d+:\d+: .*error"):
        need_native_layers(Compiler.found(sources).compile)


def test_tests_are_skipped_where_there_is_no_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoCompilerError, match=re.escape("no C++ compiler (g++, clang++, c++)")):
        Compiler.found()
    with pytest.raises(pytest.skip.Exception, match="no C"):
        need_native_layers(Compiler.found)


def test_a_linker_that_fails_is_quoted_not_the_driver_above_it(tmp_path: Path) -> None:
    complaint = "/usr/bin/ld: cannot find -lgomp"
    script = f"echo '{complaint}' >&2\necho 'collect2: error: ld returned 1 exit status' >&2\nexit 1"
    with pytest.raises(CompilationError, match=f"g\\+\\+: {complaint}$"):
        fake_compiler(tmp_path, script).compile()
    with pytest.raises(CompilationError, match="no reason given"):
        fake_compiler(tmp_path, "exit 1").compile()


def test_further_flags_reach_the_compiler_and_are_part_of_the_identity(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = Compiler.found()
    before = found.identity()
    assert found.identity() == before
    monkeypatch.setenv(FLAGS_VARIABLE, "-include 'no such file.hpp'")
    assert found.identity() != before
    with pytest.raises(CompilationError, match=r"no such file\.hpp"):
        found.compile()
    monkeypatch.setenv(FLAGS_VARIABLE, "'-O1")
    with pytest.raises(NotAvailableError, match=f"{FLAGS_VARIABLE} is no list of flags: No closing"):
        found.identity()


def test_other_sources_have_another_identity(sources: Path) -> None:
    assert Compiler.found(sources).identity() != Compiler.found().identity()
