import hashlib
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.training.native.compiler import LIBRARY_SUFFIX, Compiler
from core.training.native.errors import NotAvailableError, StructSizeError
from core.training.native.library import NativeLibrary, load_library
from core.training.native.library_cache import LibraryFolder, remove_old_libraries
from tests.training.native.ready_compiler import ReadyCompiler, kept_bytes

NOBODY = 65534
CHANNELS = 8  # supported by the layers

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


class Machine:
    """A cache folder, and a compiler that gives `content` at once and is counted."""

    def __init__(self, folder: Path, content: bytes) -> None:
        self.cache = folder / "cache"
        self.cache.mkdir()
        self._ready = ReadyCompiler(folder / "bin", content)
        self.gives = self._ready.gives

    @property
    def compiler(self) -> Compiler:
        return self._ready.compiler

    @property
    def compilations(self) -> int:
        return self._ready.compilations

    @property
    def folder(self) -> Path:
        return LibraryFolder.place(self.cache)

    @property
    def file(self) -> Path:
        (file,) = self.folder.iterdir()
        return file

    def start(self) -> NativeLibrary:
        library = load_library(self.compiler, lambda: self.cache)
        assert library.functions.supports_channels(CHANNELS)
        return library

    def plant(self, content: bytes) -> Path:
        """Put a library of somebody's in the place and under the name of the right one."""
        digest = hashlib.sha256(content).hexdigest()
        file = self.folder / f"layers-{self.compiler.identity()}-{digest}{LIBRARY_SUFFIX}"
        self.folder.mkdir(mode=0o700, exist_ok=True)
        file.write_bytes(content)
        file.chmod(0o600)
        return file


@pytest.fixture(scope="module")
def whole(own_cache: Path) -> bytes:
    return kept_bytes(own_cache)


@pytest.fixture
def machine(tmp_path: Path, whole: bytes) -> Machine:
    return Machine(tmp_path, whole)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Path]:
    """Return a library that leaves a trace where it is loaded, and the trace."""
    folder = tmp_path_factory.mktemp("planted")
    trace, source, library = folder / "trace", folder / "planted.cpp", folder / "planted.so"
    code = f'__attribute__((constructor)) void run() {{ fclose(fopen("{trace}", "w")); }}'
    source.write_text(f"#include <cstdio>\n{code}\n")
    command = [Compiler.found().path, "-shared", "-fPIC", str(source), "-o", str(library)]
    subprocess.run(command, check=True)
    return library.read_bytes(), trace


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(bits: int) -> Iterator[None]:
    before = os.umask(bits)
    try:
        yield
    finally:
        os.umask(before)


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def test_the_second_start_compiles_nothing(machine: Machine) -> None:
    with umask(0):
        first = machine.start()
    second = machine.start()
    assert (first.compiled, first.notices) == (True, ())
    assert (second.compiled, second.notices) == (False, ())
    assert machine.compilations == 1
    assert (mode(machine.folder), mode(machine.file)) == (0o700, 0o600)


def test_starts_at_the_same_time_all_have_it_and_leave_one(machine: Machine) -> None:
    with ThreadPoolExecutor(8) as executor:
        libraries = list(executor.map(lambda _: machine.start(), range(16)))
    assert {library.notices for library in libraries} == {()}
    assert not machine.start().compiled
    assert machine.file.is_file()


def test_a_folder_that_may_not_be_written_serves_what_it_has(machine: Machine) -> None:
    machine.start()
    machine.folder.chmod(0o500)
    machine.cache.chmod(0o500)
    before = machine.folder.stat().st_mtime_ns
    assert not machine.start().compiled
    assert machine.folder.stat().st_mtime_ns == before
    machine.cache.chmod(0o700)  # for pytest to remove
    machine.folder.chmod(0o700)


@pytest.mark.parametrize("damaged", [cut, flipped, lambda _: b"", lambda _: b"no library"])
def test_what_is_damaged_is_compiled_again_once(machine: Machine, damaged: Callable[[bytes], bytes]) -> None:
    machine.start()
    machine.file.write_bytes(damaged(machine.file.read_bytes()))
    again = machine.start()
    assert (again.compiled, again.notices) == (True, ())
    assert not machine.start().compiled
    assert machine.compilations == 2


def test_what_is_no_library_when_compiled_again_is_refused(machine: Machine) -> None:
    machine.gives(b"no library")
    with pytest.raises(NotAvailableError, match="cannot be loaded"):
        machine.start()
    assert machine.compilations == 1
    machine.gives(b"still no library")
    with pytest.raises(NotAvailableError, match="cannot be loaded"):
        machine.start()
    assert machine.compilations == 2


def test_a_whole_file_that_is_no_library_keeps_nobody_from_training(machine: Machine) -> None:
    file = machine.plant(b"no library")
    (notice,) = machine.start().notices
    assert notice.startswith(f"C++ layers are compiled anew at every start: {file} cannot be loaded (")


def test_a_planted_library_would_leave_its_trace(machine: Machine, planted: tuple[bytes, Path]) -> None:
    content, trace = planted
    machine.plant(content)
    with pytest.raises(StructSizeError):
        machine.start()
    assert trace.exists()
    trace.unlink()


def give_away(path: Path) -> None:
    os.chown(path, NOBODY, NOBODY)


def link(path: Path) -> None:
    target = path.rename(path.with_name("target"))
    path.symlink_to(target)


def opened(bits: int) -> Callable[[Path], None]:
    return lambda path: path.chmod(bits)


def replaced_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replaced_by_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


FOREIGN = pytest.param(give_away, f"belongs to user {NOBODY}, not to user 0", marks=needs_root)


def check_refused(machine: Machine, planted: tuple[bytes, Path], path: Path, reason: str) -> None:
    for start in (1, 2):
        library = machine.start()
        (notice,) = library.notices
        assert f"{path} {reason}" in notice
        assert "CIFAR_TUI_CACHE" in notice
        assert "\n" not in notice
        assert (library.compiled, machine.compilations) == (True, start)
    assert not planted[1].exists()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        FOREIGN,
        (opened(0o602), "(mode 0602)"),
        (opened(0o620), "(mode 0620)"),
        (link, "is a link"),
        (replaced_by_folder, "is no file"),
        (replaced_by_fifo, "is no file"),
    ],
)
def test_a_file_that_others_may_have_written_is_not_loaded(
    machine: Machine, planted: tuple[bytes, Path], spoil: Callable[[Path], None], reason: str
) -> None:
    file = machine.plant(planted[0])
    spoil(file)
    check_refused(machine, planted, file, reason)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [FOREIGN, (opened(0o702), "(mode 0702)"), (opened(0o770), "(mode 0770)"), (link, "is a link")],
)
def test_nothing_is_loaded_from_a_folder_that_others_may_write(
    machine: Machine, planted: tuple[bytes, Path], spoil: Callable[[Path], None], reason: str
) -> None:
    machine.plant(planted[0])
    spoil(machine.folder)
    check_refused(machine, planted, machine.folder, reason)


def test_nothing_is_loaded_below_a_folder_in_which_anybody_may_rename(
    machine: Machine, planted: tuple[bytes, Path]
) -> None:
    machine.plant(planted[0])
    machine.cache.chmod(0o777)
    check_refused(machine, planted, machine.cache, "(mode 0777)")


def test_a_cache_that_several_users_share_is_used(machine: Machine) -> None:
    machine.cache.chmod(0o1777)  # as /tmp
    assert machine.start().notices == ()
    machine.cache.chmod(0o775)  # as where everybody has a group of their own
    assert not machine.start().compiled


@needs_root
def test_root_has_a_folder_of_its_own_in_somebodys_cache(machine: Machine) -> None:
    give_away(machine.cache)
    assert machine.start().notices == ()
    assert not machine.start().compiled
    assert [file.name for file in machine.cache.iterdir()] == ["native-0"]  # theirs has another name


def test_a_cache_that_cannot_be_made_is_done_without(machine: Machine) -> None:
    shutil.rmtree(machine.cache)
    machine.cache.touch()
    (notice,) = machine.start().notices
    assert f"{machine.folder} cannot be used (Not a directory)" in notice


def test_a_library_is_loaded_where_open_files_have_no_names(machine: Machine) -> None:
    machine.start()
    with LibraryFolder.opened(machine.folder) as folder:
        kept = folder.find(machine.compiler.identity())
        assert kept is not None
        assert kept.load(descriptors=machine.cache / "nowhere").supports_channels(CHANNELS)


def test_libraries_of_earlier_versions_are_removed_and_nothing_else(machine: Machine) -> None:
    old = machine.cache / f"layers-0123456789abcdef{LIBRARY_SUFFIX}"
    others = [
        machine.cache / name for name in ("layers-0123.so", f"my-{old.name}", "layers-0123456789abcdef")
    ]
    linked = machine.cache / f"layers-fedcba9876543210{LIBRARY_SUFFIX}"
    for file in (old, *others):
        file.touch()
    linked.symlink_to(others[0])
    machine.start()
    assert set(machine.cache.iterdir()) == {machine.folder, linked, *others}


@needs_root
def test_libraries_of_somebody_else_are_not_removed(machine: Machine) -> None:
    old = machine.cache / f"layers-0123456789abcdef{LIBRARY_SUFFIX}"
    old.touch()
    give_away(old)
    remove_old_libraries(machine.cache)
    assert old.exists()
