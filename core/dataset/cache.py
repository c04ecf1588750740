"""Cache decoded images between starts, so that the second one takes a second or two.

`<base>/decoded/<key>/` holds an entry, `<base>/decoded/.<key>.<random>.partial/` one being made, and
`<base>/decoded/.<key>.lock` is held by the process that makes it. Reading needs no lock: an entry appears
and disappears by one rename, and what was read is checked.
"""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from filelock import FileLock, Timeout

from core.dataset.cache_keys import entries_folder, is_limited
from core.dataset.decoded import DamagedEntryError, read_entry, sync_folder, write_entry
from core.dataset.images import ImageSet
from core.dataset.progress import Notice, ignore_notice
from core.environment import CACHE_VARIABLE

MAX_ENTRIES = 4
"""Whole sets that are kept, and as many with some images of a set; 60,000 decoded images take 184 MB."""


@dataclass(frozen=True)
class ImageCache:
    """Decoded images under `base`; a failure of the cache itself is a notice, never an error."""

    base: Path
    notice: Notice = ignore_notice

    @property
    def folder(self) -> Path:
        """The folder of the entries."""
        return entries_folder(self.base)

    def find(self, key: str) -> ImageSet | None:
        """Return the entry `key`; None where there is none, or none that is whole."""
        with suppress(DamagedEntryError):
            return self._read(key)
        return None

    def get_or_build(self, key: str, build: Callable[[], ImageSet]) -> ImageSet:
        """Return the entry `key`, or what `build` returns, which is then stored.

        Of several processes that ask at once one builds and the others wait for it. What `build` raises
        is passed on, and nothing is stored.
        """
        # A damaged entry may be one that another process is just removing, so it is judged under the lock.
        if (found := self.find(key)) is not None:
            return found
        lock = self._acquire(key)
        if lock is None:
            return build()
        try:
            found = self._read_or_discard(key)
            if found is None:
                found = build()
                self._store(key, found)
            return found
        finally:
            lock.release()

    @contextmanager
    def scratch(self, key: str) -> Iterator[Path]:
        """Lend an empty folder that goes when the block ends; a killed process's is swept up later.

        It lies in the cache where that can be written, else among the system's temporary files.
        Raises OSError where neither can be written.
        """
        path = self.folder / f".{key}.{uuid.uuid4().hex}.partial"
        try:
            path.mkdir(parents=True)
        except OSError:
            path = Path(mkdtemp(prefix="cifar-tui-"))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def _read(self, key: str) -> ImageSet | None:
        found = read_entry(self.folder / key)
        if found is not None:
            with suppress(OSError):
                os.utime(self.folder / key)  # the most recently used entries are the ones kept
        return found

    def _read_or_discard(self, key: str) -> ImageSet | None:
        try:
            return self._read(key)
        except DamagedEntryError as error:
            self.notice(f"cache entry {self.folder / key} is damaged ({error}); decoding again")
            self._remove(key)
            return None

    def _acquire(self, key: str) -> FileLock | None:
        """Lock `key` for building; None where the cache can't be written."""
        lock = self._lock(key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                self.notice("another process is preparing the same images; waiting for it")
                lock.acquire()
        except (OSError, NotImplementedError) as error:
            self._report_unwritable(error)
            return None
        return lock

    def _store(self, key: str, image_set: ImageSet) -> None:
        """Store an entry and evict others; `key` is locked."""
        self._sweep(key)
        try:
            with self.scratch(key) as partial:
                write_entry(partial, image_set)
                partial.rename(self.folder / key)
            sync_folder(self.folder)
        except OSError as error:
            needed = sum(split.images.nbytes for split in (image_set.train, image_set.test))
            self._report_unwritable(error, f", which takes {needed / 1e6:.1f} MB")
        self._evict(key)

    def _evict(self, newest: str) -> None:
        """Remove the least recently used entries and what killed processes left; those in use stay."""
        with suppress(OSError):
            kept = (path for path in self.folder.iterdir() if path.name[0] != "." and path.name != newest)
            entries = [path for path in kept if is_limited(path.name) == is_limited(newest)]
            entries.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for entry in entries[MAX_ENTRIES - 1 :]:
                self._with_lock(entry.name, self._remove)
            for partial in self.folder.glob(".*.partial"):
                self._with_lock(partial.name.split(".")[1], self._sweep)

    def _sweep(self, key: str) -> None:
        """Remove what killed processes left of `key`, which is locked."""
        for partial in self.folder.glob(f".{key}.*.partial"):
            shutil.rmtree(partial, ignore_errors=True)

    def _with_lock(self, key: str, action: Callable[[str], None]) -> None:
        """Run `action` on `key` unless another process works on it."""
        with suppress(OSError), self._lock(key).acquire(timeout=0):
            action(key)

    def _remove(self, key: str) -> None:
        """Remove an entry, first in name, so that no reader meets half of it; `key` is locked."""
        with suppress(OSError):
            to_delete = self.folder / f".{key}.{uuid.uuid4().hex}.partial"
            (self.folder / key).rename(to_delete)
            shutil.rmtree(to_delete, ignore_errors=True)

    def _lock(self, key: str) -> FileLock:
        return FileLock(self.folder / f".{key}.lock")

    def _report_unwritable(self, error: Exception, needed: str = "") -> None:
        reason = getattr(error, "strerror", None) or error
        if isinstance(error, OSError) and error.errno is None:  # numpy's, which counts what it could write
            reason = "there is no room left"
        self.notice(
            f"cache folder {self.folder} can't be written{needed} ({reason}); decoding again next time. "
            f"{CACHE_VARIABLE} can name another folder"
        )
