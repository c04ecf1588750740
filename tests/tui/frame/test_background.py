import asyncio
import threading
from pathlib import Path

import pytest

from core.errors import InputError
from tui.frame.background import FewQuestions, ask_in_background


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


async def test_questions_that_a_disk_does_not_answer_do_not_pile_up() -> None:
    disk, looks, threads = threading.Event(), FewQuestions(), threading.active_count()
    asked = [asyncio.ensure_future(looks.ask(disk.wait)) for _ in range(50)]
    await asyncio.sleep(0)
    assert threading.active_count() - threads <= 4
    for question in asked[:20]:
        question.cancel()  # whoever asked has gone on; the disk still holds what was asked
    await asyncio.sleep(0)
    assert threading.active_count() - threads <= 4
    disk.set()
    assert all(await asyncio.gather(*asked[20:]))


async def test_an_error_leaves_room_for_the_next_question() -> None:
    looks = FewQuestions()
    for _ in range(8):
        with pytest.raises(OSError, match="none"):
            await looks.ask(Path("none").stat)
    assert await looks.ask(int, "3") == 3
