"""Questions to a disk, asked where a disk that does not answer holds nobody."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Semaphore, Thread
from typing import Final, TypeVar

_Answer = TypeVar("_Answer")
_MOST_OPEN: Final = 4
_WAIT_SECONDS: Final = 0.1


async def ask_in_background(question: Callable[..., _Answer], *arguments: object) -> _Answer:
    """Return what `question` returns, or raise what it raises; it runs in a thread of its own.

    `asyncio.to_thread` would do, but whoever leaves has to wait for its threads; one that a disk has not
    answered yet would keep the dashboard from its end.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[_Answer] = loop.create_future()

    def settle(found: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is here any more
            loop.call_soon_threadsafe(lambda: None if answer.done() else found())

    def ask() -> None:
        try:
            result = question(*arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the question was asked
            settle(lambda error=error: answer.set_exception(error))  # type: ignore[misc]
        else:
            settle(lambda: answer.set_result(result))

    Thread(target=ask, name="asking", daemon=True).start()
    return await answer


class FewQuestions:
    """Asks in the background, a few questions at once at most: those beyond wait until one is answered.

    So that whoever asks anew with every key does not fill the process with threads while a disk is silent.
    """

    def __init__(self) -> None:
        self._room = Semaphore(_MOST_OPEN)

    async def ask(self, question: Callable[..., _Answer], *arguments: object) -> _Answer:
        """Return what `question` returns, or raise what it raises."""
        while not self._room.acquire(blocking=False):  # noqa: ASYNC110 - a thread may outlive it
            await asyncio.sleep(_WAIT_SECONDS)

        def ask_and_leave() -> _Answer:
            try:
                return question(*arguments)
            finally:
                self._room.release()

        return await ask_in_background(ask_and_leave)
