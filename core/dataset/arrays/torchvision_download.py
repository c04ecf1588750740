"""Have torchvision download a set: watched while it does, and begun anew where that was broken off."""

import contextlib
import io
import multiprocessing
import re
import socket
from collections.abc import Callable, Iterator
from itertools import chain, islice
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Final, TypeVar
from urllib.error import HTTPError, URLError

from core.config.torchvision_sets import TorchvisionChoice
from core.dataset.arrays.torchvision_place import UNFINISHED
from core.dataset.progress import Progress, Stage
from core.errors import InputError
from core.runs.events import Unit

_LOOK_SECONDS: Final = 0.5
_SILENCE_SECONDS: Final = 30.0  # without any byte; torchvision itself would wait for ever
_PACKED: Final = frozenset({".gz", ".tgz", ".zip", ".tar", ".bz2", ".xz", ".mat"})
_MOST_LOOKED_AT: Final = 1_000
_LONGEST_REASON: Final = 300
_URLLIB: Final = re.compile(r"<urlopen error (?:\[Errno -?\d+\] )?(.*?)>")

_Made = TypeVar("_Made")


def fetched(make: Callable[[], _Made], choice: TorchvisionChoice, root: Path, progress: Progress) -> _Made:
    """Return the dataset that `make` gives, which downloads to `root`; progress counts the bytes there.

    torchvision takes a folder for unpacked that is half so. So what this leaves where it does not come to its
    end is removed, at once or by the next, but for archives; what was there before stays.

    Raises:
        InputError: it cannot be had; the message says why, and where its files could be put.
    """
    unfinished = root / UNFINISHED
    with _told(choice, root):
        root.mkdir(parents=True, exist_ok=True)
        if unfinished.exists():
            _remove_unpacked(root, set(unfinished.read_text("utf-8", "surrogateescape").split("\0")))
        before = {str(file.relative_to(root)) for file in root.rglob("*")}
        unfinished.write_text("\0".join(before), "utf-8", "surrogateescape")
        try:
            made = _watched(make, choice, root, progress)
        except Exception:
            _remove_unpacked(root, before)
            raise
        unfinished.unlink()
    return made


def _watched(make: Callable[[], _Made], choice: TorchvisionChoice, root: Path, progress: Progress) -> _Made:
    stage = Stage(progress, f"{choice.title} by torchvision", 0, Unit.BYTES)
    pool = ThreadPool(1)  # a daemon: whoever stops the loading need not wait for a server
    try:
        result = pool.apply_async(_silently, (make,))
        while True:
            try:
                made: _Made = result.get(_LOOK_SECONDS)
            except multiprocessing.TimeoutError:
                stage.reach(_packed_bytes(root))
            else:
                stage.total = _packed_bytes(root)
                stage.finish()
                return made
    finally:
        pool.terminate()


def _silently(make: Callable[[], _Made]) -> _Made:
    """Make it without the bars that torchvision draws, and without waiting for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_SILENCE_SECONDS)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            return make()
    finally:
        socket.setdefaulttimeout(before)


def _packed_bytes(root: Path) -> int:
    """Count what has come: the archives, which lie at the top or two folders deep."""
    files = islice(chain.from_iterable(root.glob(depth) for depth in ("*", "*/*", "*/*/*")), _MOST_LOOKED_AT)
    with contextlib.suppress(OSError):  # it was just renamed
        return sum(file.stat().st_size for file in files if file.suffix in _PACKED)
    return 0


def _remove_unpacked(root: Path, before: set[str]) -> None:
    """Remove all that is no archive and was not there before, and folders that are empty then."""
    for file in sorted(root.rglob("*"), reverse=True):
        if str(file.relative_to(root)) in before:
            continue
        if file.is_dir() and not file.is_symlink():
            with contextlib.suppress(OSError):  # not empty
                file.rmdir()
        elif file.suffix not in _PACKED:
            file.unlink()


@contextlib.contextmanager
def _told(choice: TorchvisionChoice, root: Path) -> Iterator[None]:
    """Turn whatever torchvision raises into an InputError."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # it raises what urllib, its readers of archives and its own checks do
        raise InputError(
            f"--data {choice}: torchvision cannot get it: {_reason(error)}. Try again, or put its files into "
            f"{root} as torchvision has them there; --data demo needs no download"
        ) from error


def _reason(error: Exception) -> str:
    # requests takes a quarter of a second to import, which only a failure needs
    from core.dataset.network_words import error_words, shown, status_words  # noqa: PLC0415

    if isinstance(error, HTTPError):
        return f"{shown(error.url)}: {status_words(error.code, error.url)}"
    if isinstance(error, URLError | TimeoutError | ConnectionError):
        return error_words(error, "")
    words = _URLLIB.sub(r"\1", " ".join(str(error).split())) or type(error).__name__
    return f"{words[:_LONGEST_REASON]}..." if len(words) > _LONGEST_REASON else words
