import asyncio
import threading

import pytest

from core.errors import InputError
from tui.frame.background import ask_in_background


def test_an_answer_comes_from_another_thread() -> None:
    def question(number: int) -> tuple[int, threading.Thread]:
        return number + 1, threading.current_thread()

    number, thread = asyncio.run(ask_in_background(question, 41))
    assert number == 42
    assert thread is not threading.current_thread()


def test_an_error_is_raised_where_the_question_was_asked() -> None:
    def question() -> None:
        raise InputError("no such folder")

    with pytest.raises(InputError, match="no such folder"):
        asyncio.run(ask_in_background(question))


def test_whoever_leaves_waits_for_no_answer() -> None:
    answered = threading.Event()

    async def leave() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask_in_background(answered.wait), timeout=0.01)

    asyncio.run(leave())  # with asyncio.to_thread this would never return
    answered.set()
