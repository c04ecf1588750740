import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.config.devices import Device
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.runs.event_log import read_events
from core.runs.events import Notice, StepsDone
from core.runs.folder import SuiteFolder
from core.runs.life_events import RunFinished
from core.training.native.compiler import FLAGS_VARIABLE, Compiler
from core.training.native.library import kept_library, load_library
from core.training.native.library_cache import LibraryFolder
from tests.command.programs import QUICK, everything_in, run
from tests.process.suites import trained_here
from tests.training.native.ready_compiler import ReadyCompiler, kept_bytes

PROGRAM = """
from core.training.native.errors import NotAvailableError
from core.training.native.library import native_library
try:
    library = native_library()
    print("compiled" if library.compiled else "found", *library.notices)
except NotAvailableError as error:
    print(error)
"""

# of --version it tells what Apple's clang does, and it knows no -fopenmp
APPLES = """\
#!/bin/sh
case "$*" in
    --version) echo "Apple clang version 15.0.0 (clang-1500.3.9.4)" ;;
    *-fopenmp*) echo "clang: error: unsupported option '-fopenmp'" >&2; exit 1 ;;
    *) exec {compiler} "$@" ;;
esac
"""


def started(cache: Path, **variables: str) -> subprocess.Popen[str]:
    environment = os.environ | {"CIFAR_TUI_CACHE": str(cache)} | variables
    command = [sys.executable, "-P", "-c", PROGRAM]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ended(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    return output.strip()


def outcome(cache: Path, **variables: str) -> str:
    return ended(started(cache, **variables))


@pytest.fixture
def ready(tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> ReadyCompiler:
    """Let what is started find a compiler that takes no time."""
    compiler = ReadyCompiler(tmp_path / "bin", kept_bytes(own_cache))
    compiler.be_found(monkeypatch)
    return compiler


def test_the_layers_are_compiled_once_and_the_same_sources_make_the_same_library(tmp_path: Path) -> None:
    caches = (tmp_path / "one", tmp_path / "other")
    for cache in caches:  # not optimized they are made in a fifth of the time
        assert outcome(cache, **{FLAGS_VARIABLE: "-O0"}) == "compiled"
    assert outcome(caches[0], **{FLAGS_VARIABLE: "-O0"}) == "found"
    one, other = (everything_in(LibraryFolder.place(cache)) for cache in caches)
    assert len(one) == 1
    assert one == other


def test_a_library_that_was_cut_short_is_compiled_anew(tmp_path: Path, ready: ReadyCompiler) -> None:
    cache = tmp_path / "cache"
    assert outcome(cache) == "compiled"
    (folder,) = cache.iterdir()
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:20_000])
    assert outcome(cache) == "compiled"
    assert list(folder.iterdir()) == [file]
    assert ready.compilations == 2


def test_processes_that_start_together_all_have_it(tmp_path: Path, ready: ReadyCompiler) -> None:
    cache = tmp_path / "cache"
    processes = [started(cache) for _ in range(2)]
    assert {ended(process) for process in processes} <= {"compiled", "found"}
    assert outcome(cache) == "found"
    (folder,) = cache.iterdir()
    assert len(list(folder.iterdir())) == 1
    assert 1 <= ready.compilations <= 2


@pytest.mark.usefixtures("ready")
def test_a_cache_of_no_user_is_told(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    assert outcome(Path("~nobody-of-that-name/cache"), TMPDIR=str(temporary)).endswith(
        "CIFAR_TUI_CACHE ~nobody-of-that-name/cache: there is no such user; give the full path"
    )
    assert list(temporary.iterdir()) == []


def test_nothing_is_compiled_where_anybody_could_exchange_it(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    temporary.chmod(0o777)
    message = outcome(tmp_path / "cache", TMPDIR=str(temporary))
    assert message.startswith(f"anybody may write {temporary} (mode 0777)")
    assert message.endswith("or let TMPDIR name a folder of your own")


def test_without_a_compiler_the_reason_is_told(tmp_path: Path) -> None:
    assert outcome(tmp_path, PATH=str(tmp_path)) == "no C++ compiler (g++, clang++, c++)"


def test_a_compiler_that_fails_is_quoted(tmp_path: Path) -> None:
    compiler = tmp_path / "bin" / "g++"
    compiler.parent.mkdir()
    compiler.write_text("#!/bin/sh\n[ $1 = --version ] && exit\necho 'error: no openmp' >&2\nexit 1\n")
    compiler.chmod(0o755)
    assert outcome(tmp_path / "cache", PATH=f"{compiler.parent}:/bin") == f"{compiler}: error: no openmp"
    compiler.write_text("no program")
    assert "Exec format error" in outcome(tmp_path / "cache", PATH=f"{compiler.parent}:/bin")


def test_the_layers_can_be_done_without(tmp_path: Path) -> None:
    assert outcome(tmp_path, CIFAR_TUI_PLAIN="1") == "CIFAR_TUI_PLAIN is 1"


@pytest.mark.skipif(shutil.which("g++") is None, reason="no g++ to stand for another compiler")
def test_a_compiler_without_openmp_makes_the_same_layers_for_one_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = RunConfig(
        norm=Norm.BATCH, epochs=1, data="demo", device=Device.CPU, limit_train=128, limit_test=50
    )
    usual = trained_here(SuiteConfig((config,), "cifar-tui"), tmp_path)
    compiler = tmp_path / "bin" / "g++"
    compiler.parent.mkdir()
    compiler.write_text(APPLES.format(compiler=shutil.which("g++")))
    compiler.chmod(0o755)
    monkeypatch.setenv("PATH", f"{compiler.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(tmp_path / "cache"))

    alone = run(*QUICK, "--device", "cpu", "--norm", "batch", "--fresh", cwd=tmp_path)

    assert alone.returncode == 0, alone.stderr
    assert alone.stderr.count(f"C++ layers compute on one thread: {compiler} has no OpenMP") == 1
    (other,) = {*(tmp_path / "runs").iterdir()} - {usual.path}
    losses = [
        [timed.event.losses for timed in read_events(file) if isinstance(timed.event, StepsDone)]
        for file in (usual.run("batch").events, SuiteFolder(other).run("batch").events)
    ]
    assert sum(losses[0], ()) == sum(losses[1], ()) != ()


def test_libomp_is_asked_for_as_apples_clang_wants_it(tmp_path: Path) -> None:
    compiler = tmp_path / "clang++"
    with_libomp = 'case "$*" in *"-Xpreprocessor -fopenmp -lomp"*) exit 0;; esac\n'
    compiler.write_text(APPLES.format(compiler="false").replace("case", with_libomp + "case", 1))
    compiler.chmod(0o755)

    assert Compiler(str(compiler)).has_threads()


@pytest.mark.usefixtures("ready")
def test_a_run_tells_once_that_the_cache_cannot_keep_its_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = LibraryFolder.place(tmp_path / "cache")
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(folder.parent))
    done = run(*QUICK, "--device", "cpu", "--norm", "batch", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (suite,) = (tmp_path / "runs").iterdir()
    events = [timed.event for timed in read_events(SuiteFolder(suite).run("batch").events)]
    (notice,) = [event.text for event in events if isinstance(event, Notice)]
    assert notice.startswith(f"C++ layers are compiled anew at every start: others may write {folder}")
    assert isinstance(events[-1], RunFinished)
    assert done.stderr.count(notice) == 1
    assert list(folder.iterdir()) == []


def test_what_is_kept_is_found_and_nothing_is_made_to_keep_it_in(tmp_path: Path, own_cache: Path) -> None:
    compiler = Compiler.found()
    assert kept_library(compiler, tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    made = load_library(compiler, lambda: own_cache)
    found = kept_library(compiler, own_cache)
    assert found is not None
    assert (found.identity, found.compiled) == (made.identity, False)
