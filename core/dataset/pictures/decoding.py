"""Many pictures' bytes to pixels, by several threads and in bounded memory."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from multiprocessing import TimeoutError as NotYetError
from multiprocessing.pool import AsyncResult, ThreadPool
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from core.config.image_options import ImageOptions
from core.config.network_shape import CHANNELS
from core.dataset.adjustments import Adjustments
from core.dataset.changed import changed_meanwhile
from core.dataset.images import Pixels
from core.dataset.memory import check_memory
from core.dataset.pictures.errors import PictureError
from core.dataset.pictures.fitting import THREADS
from core.dataset.pictures.picture import decoded_picture
from core.dataset.pictures.quiet_pillow import quiet_pillow
from core.dataset.progress import Stage
from core.errors import InputError

_PICTURES_A_TASK: Final = 250  # long enough to make a task's own cost vanish
_BYTES_A_TASK: Final = 2**23
_TASKS_AHEAD: Final = 2  # a thread's
_LOOK_SECONDS: Final = 0.1
_MOST_NAMED: Final = 10


class Encoded(NamedTuple):
    """One picture to decode: which row of the pixels it fills, what people know it by, and its bytes.

    `read` may be called in another thread. `held` is how many bytes of memory it takes until then, which is
    none where `read` opens a file.
    """

    row: int
    name: str
    read: Callable[[], bytes]
    held: int = 0


class Decoded(NamedTuple):
    """Bytes (count, side, side, 3), red first, the formats met, and what was done to the pictures."""

    pixels: Pixels
    formats: frozenset[str]
    adjustments: Adjustments


class _Bad(NamedTuple):
    row: int
    name: str
    reason: str


@dataclass(slots=True)
class _Task:
    """Some pictures, for one thread; `done` counts those it is through with."""

    pictures: list[Encoded]
    done: int = 0
    formats: set[str] = field(default_factory=set)
    adjustments: Adjustments = field(default_factory=Adjustments)
    bad: list[_Bad] = field(default_factory=list)

    def run(self, pixels: Pixels, options: ImageOptions) -> None:
        """Fill the pictures' rows of `pixels`."""
        adjustments = []
        for picture in self.pictures:
            try:
                found = decoded_picture(BytesIO(picture.read()), options)
                pixels[picture.row] = found.pixels
                self.formats.add(found.format)
                if found.adjustments:
                    adjustments.append(found.adjustments)
            except PictureError as error:
                self.bad.append(_Bad(picture.row, picture.name, str(error)))
            except OSError as error:
                self.bad.append(_Bad(picture.row, picture.name, error.strerror or str(error)))
            self.done += 1
        self.pictures = []  # and what they hold
        self.adjustments = Adjustments.total(adjustments)

    def add(self, other: "_Task") -> None:
        """Take what another came to."""
        self.done += other.done
        self.formats |= other.formats
        self.adjustments += other.adjustments
        self.bad += other.bad


class _Running(NamedTuple):
    task: _Task
    result: "AsyncResult[None]"


def decode_pictures(
    pictures: Iterable[Encoded], count: int, options: ImageOptions, stage: Stage, path: Path
) -> Decoded:
    """Decode `count` pictures, whatever the order they come in; `stage` counts them.

    They are taken from `pictures` as there is room, in the caller's thread, and few are held at a time.

    Raises:
        InputError: some cannot be used, of which the first ten by row are named; or there are fewer than
            `count` at `path`, or more than memory takes.
    """
    pixels = _room(count, options.size, path)
    through, waiting = _Task([]), deque[_Running]()
    # Its threads are daemons: one that a disk doesn't answer keeps no process from its end.
    pool = ThreadPool(THREADS)
    try:
        with quiet_pillow():
            for some in _in_tasks(pictures):
                task = _Task(some)
                waiting.append(_Running(task, pool.apply_async(task.run, (pixels, options))))
                if len(waiting) > THREADS * _TASKS_AHEAD:
                    through.add(_next(waiting, stage, through.done))
            while waiting:
                through.add(_next(waiting, stage, through.done))
    finally:
        pool.terminate()
    _refuse_bad(through.bad, path)
    if through.done != count:
        raise changed_meanwhile(path)
    stage.finish()
    return Decoded(pixels, frozenset(through.formats), through.adjustments)


def _room(count: int, side: int, path: Path) -> Pixels:
    shape = (count, side, side, CHANNELS)
    check_memory(math.prod(shape), path, f"{count:,} images of {side} by {side} pixels take")
    return np.empty(shape, np.uint8)


def _in_tasks(pictures: Iterable[Encoded]) -> Iterator[list[Encoded]]:
    """Divide pictures so that no task is too long, or holds too much."""
    some: list[Encoded] = []
    held = 0
    for picture in pictures:
        some.append(picture)
        held += picture.held
        if len(some) == _PICTURES_A_TASK or held >= _BYTES_A_TASK:
            yield some
            some, held = [], 0
    if some:
        yield some


def _next(waiting: deque[_Running], stage: Stage, done: int) -> _Task:
    """Wait for the first task's end, saying meanwhile how far all are; `done` pictures are of others."""
    first = waiting[0]
    while True:
        stage.reach(done + sum(running.task.done for running in waiting))
        with suppress(NotYetError):
            first.result.get(_LOOK_SECONDS)
            return waiting.popleft().task


def _refuse_bad(bad: list[_Bad], path: Path) -> None:
    """Name pictures that cannot be used, by row, so that they are the same each time."""
    if not bad:
        return
    named = [f"{one.name} ({one.reason})" for one in sorted(bad)[:_MOST_NAMED]]
    if len(bad) == 1:
        raise InputError(
            f"--data {path}: {bad[0].name} can't be read ({bad[0].reason}); replace or remove it"
        )
    more = f", and {len(bad) - len(named):,} more" if len(bad) > len(named) else ""
    raise InputError(
        f"--data {path}: {len(bad):,} images can't be read: {', '.join(named)}{more}; replace or remove them"
    )
