"""Download one file from whichever of several addresses gives it, and keep it only where its md5 is right."""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import requests

from core.dataset.cache_keys import part_of
from core.dataset.network_words import host_of, shown
from core.dataset.progress import Notice, Progress, Stage
from core.dataset.transfer import TransferError, http_session, transfer
from core.environment import CACHE_VARIABLE
from core.errors import InputError
from core.runs.events import Unit

_JUDGED_AFTER_SECONDS = 15
_LONG_SECONDS = 300  # an address that would take longer is left for the next one


class Wanted(NamedTuple):
    """A file, the md5 that proves it, in hexadecimal digits, and the addresses to try, best first."""

    name: str
    md5: str
    urls: Sequence[str]


def fetch(
    wanted: Wanted,
    folder: Path,
    progress: Progress,
    notice: Notice,
    clock: Callable[[], float] = time.monotonic,
) -> Path:
    """Download a file to `folder` unless it is there with the right md5; progress counts bytes.

    It appears under its name only complete and verified. What came before a transfer was cut is kept beside
    it and gone on from, by the next address or the next process. One process at a time may fetch a file.
    Raises InputError, in one line: what failed at each address, and what else can be done.
    """
    destination = folder / wanted.name
    part = part_of(destination)
    try:
        if _is(destination, wanted.md5):
            return destination
        folder.mkdir(parents=True, exist_ok=True)
        if not _is(part, wanted.md5):
            _Download(wanted, part, progress, notice, clock).run()
        part.replace(destination)
    except OSError as error:
        raise InputError(
            f"CIFAR-10 can't be downloaded to {folder} ({error.strerror or error}); mend that, or let "
            f"{CACHE_VARIABLE} name another folder"
        ) from error
    return destination


def _is(file: Path, md5: str) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "md5").hexdigest() == md5


class _Download:
    """Tries each address in turn, and all of them again as long as more of the file came.

    One that turns out slow is left while there is another to try; the fastest is gone back to.
    """

    def __init__(
        self, wanted: Wanted, part: Path, progress: Progress, notice: Notice, clock: Callable[[], float]
    ) -> None:
        self._wanted = wanted
        self._part = part
        self._progress = progress
        self._notice = notice
        self._clock = clock
        self._total = 0
        self._reasons: dict[str, str] = {}
        self._rates: dict[str, float] = {}  # bytes a second of those that were left
        self._wrong: set[str] = set()

    def run(self) -> None:
        """Complete the part; raises InputError where that fails, OSError where the part can't be written."""
        with http_session() as session:
            if self._completed(session):
                return
            if self._wrong and self._size():  # what was there before may be what is wrong
                self._part.unlink()
                self._wrong.clear()
                if self._completed(session):
                    return
        if not self._size():
            self._part.unlink(missing_ok=True)
        places: dict[str, list[str]] = {}
        for url, reason in self._reasons.items():
            places.setdefault(reason, []).append(shown(url))
        failures = "; ".join(f"{' and '.join(urls)}: {reason}" for reason, urls in places.items())
        name = self._wanted.name
        raise InputError(
            f"CIFAR-10 can't be downloaded: {failures}. Try again, which goes on from there, or fetch "
            f"{name} with a browser and give its folder to --data; --data demo needs no download"
        )

    def _completed(self, session: requests.Session) -> bool:
        urls = tuple(self._wanted.urls)
        patient = False
        while urls:
            before = self._size()
            for url, following in zip(urls, (*urls[1:], None), strict=True):
                try:
                    self._try(session, url, last=following is None, patient=patient)
                except TransferError as error:
                    self._note(url, str(error), following)
                else:
                    return True
            if self._size() <= before:
                break
            patient = True
            left = (url for url in self._wanted.urls if url not in self._wrong)
            urls = tuple(sorted(left, key=lambda url: -self._rates.get(url, 0.0)))
        return False

    def _try(self, session: requests.Session, url: str, *, last: bool, patient: bool) -> None:
        had = self._size()
        stage: Stage | None = None

        def begun(done: int, total: int) -> Callable[[int], None]:
            nonlocal stage
            self._total = total
            self._check_room()
            what = f"downloading {self._wanted.name} from {host_of(url)}"
            stage = Stage(self._progress, what, total, Unit.BYTES, done=done, clock=self._clock)
            began = self._clock()

            def reach(position: int) -> None:
                stage.reach(position)
                if not patient and (seconds := self._clock() - began) >= _JUDGED_AFTER_SECONDS:
                    self._judge(url, (position - done) / seconds, total - position, last=last)

            return reach

        try:
            transfer(session, url, self._part, begun)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            raise self._no_room(quota=error.errno == errno.EDQUOT) from error
        if not _is(self._part, self._wanted.md5):
            # which of the addresses that had a part in it was wrong can't be told: only this one's goes
            os.truncate(self._part, had)
            self._wrong.add(url)
            raise TransferError(f"it gave another file: the md5 is not {self._wanted.md5}")
        if stage is not None:
            stage.total = self._size()
            stage.finish()

    def _judge(self, url: str, rate: float, left: int, *, last: bool) -> None:
        """Leave an address that is slow, of the last one tried: slower than one that was left before."""
        least = max(self._rates.values(), default=0.0) / 2 if last else left / _LONG_SECONDS
        if rate < least:
            self._rates[url] = rate
            raise TransferError(f"only {rate / 1000:,.0f} kB/s came")

    def _note(self, url: str, reason: str, following: str | None) -> None:
        if following is not None and self._reasons.get(url) != reason:
            self._notice(f"{host_of(url)}: {reason}; trying {host_of(following)}")
        self._reasons[url] = reason

    def _size(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _check_room(self) -> None:
        if self._total - self._size() > shutil.disk_usage(self._part.parent).free:
            raise self._no_room()

    def _no_room(self, *, quota: bool = False) -> InputError:
        folder = self._part.parent
        missing = f"{_megabytes(self._total - self._size())} more are" if self._total else "more room is"
        left = f"its disk has {_megabytes(shutil.disk_usage(folder).free)} left"
        return InputError(
            f"CIFAR-10 can't be downloaded: {missing} needed in {folder}, and "
            f"{'the quota there is used up' if quota else left}; "
            f"make room there, or let {CACHE_VARIABLE} name another folder"
        )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
