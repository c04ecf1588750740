"""Fetch one file over HTTP, report the progress, and keep the file only where its md5 is right."""

import http.client
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pooch

from core.dataset.progress import Progress, Stage
from core.errors import InputError

_CHUNK_BYTES = 1 << 16
_TIMEOUT_SECONDS = 30  # without any byte, not for the whole


def fetch(url: str, md5: str, destination: Path, progress: Progress) -> Path:
    """Download `url` to `destination` unless it is there with the right md5 already; progress counts bytes.

    The file appears under its name only complete and verified. One process at a time may fetch a
    destination. Raises InputError, in one line: what failed, and which other images can be trained on.
    """
    # pooch writes beside its target under a random name; in a folder of its own, what a killed
    # process left behind can be distinguished from everything else.
    partial = destination.parent / f".{destination.name}.partial"
    pooch.get_logger().setLevel(logging.WARNING)
    try:
        if destination.exists() and pooch.file_hash(str(destination), alg="md5") == md5:
            return destination
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        bar = _ProgressBar(progress, f"downloading {destination.name}")
        transport = pooch.HTTPDownloader(bar, chunk_size=_CHUNK_BYTES, timeout=_TIMEOUT_SECONDS)
        pooch.retrieve(url, f"md5:{md5}", destination.name, partial, downloader=transport)
        bar.finish((partial / destination.name).stat().st_size)
        (partial / destination.name).replace(destination)
    except (OSError, ValueError) as error:  # every exception of requests is an OSError
        raise InputError(
            f"CIFAR-10 can't be downloaded from {url}: {_reason(error, md5)}; "
            "try again, or train on a folder of images (--data FOLDER) or on drawn shapes (--data demo)"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return destination


class _ProgressBar:
    """Stands where pooch expects a tqdm bar, of which it uses `total`, `update`, `reset` and `close`.

    `total` stays 0 where the server doesn't say how much comes; then only the last report has a figure.
    """

    def __init__(self, progress: Progress, what: str) -> None:
        self.total = 0
        self._progress = progress
        self._what = what
        self._done = 0
        self._stage: Stage | None = None

    def update(self, amount: int) -> None:
        if self._stage is None:
            self._stage = Stage(self._progress, self._what, self.total)
        self._done += amount
        self._stage.reach(self._done)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Pooch closes the bar before it verifies the file, which is too early to call it done."""

    def finish(self, total: int) -> None:
        if self._stage is not None:
            self._stage.total = total
            self._stage.finish()


def _reason(error: Exception, md5: str) -> str:
    """Summarize what failed; the messages of requests quote object addresses."""
    response = getattr(error, "response", None)
    if response is not None:
        response.close()  # its content was never read, and pooch leaves it open
        return f"the server answered {response.status_code}"
    causes = list(_causes(error))
    if any(isinstance(cause, http.client.IncompleteRead) for cause in causes):
        return "the connection was lost"
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return f"no answer within {_TIMEOUT_SECONDS} seconds"
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        return f"the downloaded file has a wrong checksum (its md5 is not {md5})"
    root = next((cause for cause in reversed(causes) if isinstance(cause, OSError) and cause.strerror), error)
    words = getattr(root, "strerror", None) or type(root).__name__
    place = getattr(root, "filename", None)  # given where the disk failed, not the network
    return f"{words}: {place} (CIFAR_TUI_CACHE can name another folder)" if place else words


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and its causes, outermost first."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
