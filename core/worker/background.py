"""Work that may wait for a disk, a network or a lock, where stopping it waits for none of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, Full, Queue
from threading import Event as Flag
from threading import Lock, Thread
from typing import Final, TypeVar

from core.runs.events import Emit, Event

_LOOK_SECONDS: Final = 0.1
_LEAVE_SECONDS: Final = 2.0  # for the work to notice that it was left, and to put its things away
_MOST_WAITING: Final = 8

_Result = TypeVar("_Result")


@contextmanager
def holding(lock: Lock, poll_commands: Callable[[], object]) -> Iterator[None]:
    """Hold `lock` in a `with`; `poll_commands` is called while somebody else does, and may end that."""
    while not lock.acquire(timeout=_LOOK_SECONDS):
        poll_commands()
    try:
        yield
    finally:
        lock.release()


class _LeftError(BaseException):
    """Raised within the work, where it reports something, to end it: nobody waits for it any more."""


def run_in_background(
    work: Callable[[Emit], _Result], emit: Emit, poll_commands: Callable[[], object]
) -> _Result:
    """Return what `work` returns, or raise what it raises; it runs in another thread.

    What it emits is emitted from this one, where `poll_commands` is called all the while; work that emits
    waits where that takes long, as in a pause. What either of them raises ends the waiting at once: the work
    is told so when it next emits. Should it never do that, because the system doesn't answer it, its thread
    is left behind and keeps no process from its end.
    """
    waiting: Queue[Event] = Queue(_MOST_WAITING)
    left, done = Flag(), Flag()
    results: list[_Result] = []
    errors: list[BaseException] = []

    def emit_here(event: Event) -> None:
        while not left.is_set():
            try:
                waiting.put(event, timeout=_LOOK_SECONDS)
            except Full:
                continue
            return
        raise _LeftError

    def run() -> None:
        try:
            results.append(work(emit_here))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised in the other thread
            errors.append(error)
        finally:
            done.set()

    thread = Thread(target=run, name="loading", daemon=True)
    thread.start()
    try:
        while not (done.is_set() and waiting.empty()):
            poll_commands()
            try:
                event = waiting.get(timeout=_LOOK_SECONDS)
            except Empty:
                continue
            emit(event)
    except BaseException:
        left.set()
        thread.join(_LEAVE_SECONDS)
        raise
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
