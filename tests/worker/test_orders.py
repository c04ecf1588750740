from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from core.dataset.sources import load_images
from core.runs.commands import Command, ask, renew
from core.worker.orders import Ended, Orders, SuiteOrders

Told = Callable[[bool], None]


def nobody(_begins: bool) -> None:  # noqa: FBT001 - the shape Orders calls
    pass


def suite_orders(tmp_path: Path, *under_way: str) -> SuiteOrders:
    """Return the orders of a suite whose runs `under_way` have begun."""
    suite = SuiteOrders(tmp_path / "commands.jsonl")
    for run in under_way:
        suite.begin(run)
    return suite


def orders(tmp_path: Path, run: str = "batch", paused: Told = nobody) -> Orders:
    """Return the orders of `run`, the only one under way."""
    return Orders(suite_orders(tmp_path, run), run, paused)


def test_nothing_asked_is_nothing_done(tmp_path: Path) -> None:
    assert orders(tmp_path).attend() == 0.0


def test_a_skip_ends_its_run(tmp_path: Path) -> None:
    worker = orders(tmp_path)
    ask(tmp_path / "commands.jsonl", Command.SKIP, "batch")
    with pytest.raises(Ended) as end:
        worker.attend()
    assert (end.value.reason, end.value.suite) == ("skipped", False)


def test_a_skip_is_none_of_the_next_try_nor_of_another_run(tmp_path: Path) -> None:
    suite = suite_orders(tmp_path, "batch", "group")
    ask(tmp_path / "commands.jsonl", Command.SKIP, "batch")
    ask(tmp_path / "commands.jsonl", Command.SKIP)
    assert Orders(suite, "group", nobody).attend() == 0.0
    suite.end("batch")
    ask(tmp_path / "commands.jsonl", Command.SKIP, "batch")  # too late
    suite.begin("batch")
    assert Orders(suite, "batch", nobody).attend() == 0.0


def test_an_end_passes_through_whatever_was_reading_images(tmp_path: Path) -> None:
    for split in ("train", "test"):
        for name in range(10):
            (tmp_path / split / str(name)).mkdir(parents=True)
            Image.new("RGB", (32, 32)).save(tmp_path / split / str(name) / "0.png")

    def stop(_what: str, _done: int, _total: int) -> None:
        raise Ended("asked to stop", suite=True)

    with pytest.raises(Ended, match="asked to stop"):
        load_images(str(tmp_path), stop, tmp_path / "cache")


def test_commands_read_together_are_all_carried_out(tmp_path: Path) -> None:
    worker = orders(tmp_path)
    ask(tmp_path / "commands.jsonl", Command.SKIP, "batch")
    ask(tmp_path / "commands.jsonl", Command.STOP_AFTER_EPOCH)
    with pytest.raises(Ended, match="skipped"):
        worker.attend()
    assert worker.stop_after_epoch


def test_what_a_newer_front_end_asks_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "commands.jsonl").write_text('{"command":"dance"}\nnonsense\n[]\n{"command":"stop-after')
    worker = orders(tmp_path)
    assert worker.attend() == 0.0
    assert not worker.stop_after_epoch  # the last line is not whole yet
    with (tmp_path / "commands.jsonl").open("a") as file:
        file.write('-epoch"}\n')
    worker.attend()
    assert worker.stop_after_epoch


def test_a_pause_that_is_asked_together_with_its_end_is_none(tmp_path: Path) -> None:
    told: list[bool] = []
    worker = orders(tmp_path, paused=told.append)
    for command in (Command.PAUSE, Command.RESUME):
        ask(tmp_path / "commands.jsonl", command)
    assert worker.attend() == 0.0
    assert told == []


def test_a_stop_ends_a_pause(tmp_path: Path) -> None:
    told: list[bool] = []

    def note(begins: bool) -> None:  # noqa: FBT001 - the shape Orders calls
        told.append(begins)
        if begins:
            ask(tmp_path / "commands.jsonl", Command.STOP_AFTER_EPOCH)

    worker = orders(tmp_path, paused=note)
    ask(tmp_path / "commands.jsonl", Command.PAUSE)
    assert worker.attend() > 0
    assert told == [True, False]


def test_before_the_first_epoch_there_is_none_to_finish(tmp_path: Path) -> None:
    ask(tmp_path / "commands.jsonl", Command.STOP_AFTER_EPOCH)
    with pytest.raises(Ended, match="asked to stop"):
        orders(tmp_path).attend_early()


@pytest.mark.parametrize(
    ("command", "reason"), [(Command.STOP_NOW, "asked to stop at once"), (None, "terminated")]
)
def test_a_stop_at_once_hits_every_run_under_way(
    command: Command | None, reason: str, tmp_path: Path
) -> None:
    suite = suite_orders(tmp_path, "batch", "group")
    if command is None:
        suite.terminate()
    else:
        ask(tmp_path / "commands.jsonl", command)
    for run in ("batch", "group"):
        with pytest.raises(Ended, match=reason) as end:
            Orders(suite, run, nobody).attend()
        assert end.value.suite
    assert suite.suite_ends


def test_a_pause_holds_every_run_and_outlasts_the_skip_of_one(tmp_path: Path) -> None:
    suite = suite_orders(tmp_path, "batch", "group")
    ask(tmp_path / "commands.jsonl", Command.PAUSE)
    assert suite.look("batch") is suite.look("group") is None
    assert suite.pausing()
    ask(tmp_path / "commands.jsonl", Command.SKIP, "batch")
    assert suite.look("batch") is not None
    suite.end("batch")
    assert suite.pausing()
    ask(tmp_path / "commands.jsonl", Command.SKIP, "group")  # the last one: whatever is queued goes on
    assert suite.look("group") is not None
    assert not suite.pausing()


def test_what_is_to_be_trained_again_is_told_once(tmp_path: Path) -> None:
    suite = suite_orders(tmp_path, "layer")
    for name in ("batch", "layer"):  # a run under way cannot be tried again
        ask(tmp_path / "commands.jsonl", Command.RETRY, name)
    suite.look("layer")
    assert suite.retries() == ["batch"]
    suite.end("layer")
    ask(tmp_path / "commands.jsonl", Command.RETRY, "layer")
    assert suite.retries() == ["layer"]
    assert suite.retries() == []


def test_what_is_asked_between_two_runs_is_for_the_next(tmp_path: Path) -> None:
    told: list[bool] = []

    def note(begins: bool) -> None:  # noqa: FBT001 - the shape Orders calls
        told.append(begins)
        ask(tmp_path / "commands.jsonl", Command.RESUME)

    suite = suite_orders(tmp_path, "batch")
    suite.end("batch")
    ask(tmp_path / "commands.jsonl", Command.PAUSE)
    assert suite.retries() == []
    assert not suite.suite_ends
    suite.begin("group")
    assert Orders(suite, "group", note).attend() > 0
    assert told == [True, False]

    ask(tmp_path / "commands.jsonl", Command.STOP_NOW)
    suite.retries()
    assert suite.suite_ends


def test_what_a_worker_was_started_for_is_no_order(tmp_path: Path) -> None:
    renew(tmp_path / "commands.jsonl", ["batch"])
    suite = suite_orders(tmp_path, "layer")
    assert Orders(suite, "layer", nobody).attend() == 0.0
    assert suite.retries() == []
    assert not suite.suite_ends
