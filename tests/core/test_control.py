from pathlib import Path

import pytest
from PIL import Image

from core.control import Command, Ended, Orders, ask, renew
from core.dataset.sources import load_images


def orders(tmp_path: Path) -> Orders:
    return Orders(tmp_path / "commands.jsonl", paused=lambda _begins: None)


def test_nothing_asked_is_nothing_done(tmp_path: Path) -> None:
    assert orders(tmp_path).attend() == 0.0


def test_a_command_is_carried_out_once(tmp_path: Path) -> None:
    ask(tmp_path / "commands.jsonl", Command.SKIP, "batch")
    worker = orders(tmp_path)
    worker.begin("batch")
    with pytest.raises(Ended) as end:
        worker.attend()
    assert (end.value.reason, end.value.suite) == ("skipped", False)
    assert worker.attend() == 0.0


def test_a_skip_that_comes_too_late_does_not_hit_the_next_run(tmp_path: Path) -> None:
    ask(tmp_path / "commands.jsonl", Command.SKIP, "batch")
    worker = orders(tmp_path)
    worker.begin("layer")
    assert worker.attend() == 0.0


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
    ask(tmp_path / "commands.jsonl", Command.SKIP, "batch")
    ask(tmp_path / "commands.jsonl", Command.STOP_AFTER_EPOCH)
    worker = orders(tmp_path)
    worker.begin("batch")
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
    worker = Orders(tmp_path / "commands.jsonl", paused=told.append)
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

    worker = Orders(tmp_path / "commands.jsonl", paused=note)
    ask(tmp_path / "commands.jsonl", Command.PAUSE)
    assert worker.attend() > 0
    assert told == [True, False]


def test_before_the_first_epoch_there_is_none_to_finish(tmp_path: Path) -> None:
    ask(tmp_path / "commands.jsonl", Command.STOP_AFTER_EPOCH)
    with pytest.raises(Ended, match="asked to stop"):
        orders(tmp_path).attend_early()


def test_what_is_to_be_trained_again_is_told_once_when_the_run_has_ended(tmp_path: Path) -> None:
    worker = orders(tmp_path)
    worker.begin("layer")
    for name in ("batch", "layer"):  # a run under way cannot be tried again
        ask(tmp_path / "commands.jsonl", Command.RETRY, name)
    worker.attend()
    assert worker.end() == ["batch"]
    ask(tmp_path / "commands.jsonl", Command.RETRY, "layer")
    assert worker.end() == ["layer"]
    assert worker.end() == []


def test_what_is_asked_between_two_runs_is_for_the_next(tmp_path: Path) -> None:
    told: list[bool] = []

    def note(begins: bool) -> None:  # noqa: FBT001 - the shape Orders calls
        told.append(begins)
        ask(tmp_path / "commands.jsonl", Command.RESUME)

    worker = Orders(tmp_path / "commands.jsonl", paused=note)
    worker.begin("batch")
    ask(tmp_path / "commands.jsonl", Command.PAUSE)
    assert worker.end() == []
    assert not worker.suite_ends
    worker.begin("group")
    assert worker.attend() > 0
    assert told == [True, False]

    ask(tmp_path / "commands.jsonl", Command.STOP_NOW)
    worker.end()
    assert worker.suite_ends


def test_a_skip_read_after_its_run_does_not_hit_the_next(tmp_path: Path) -> None:
    worker = orders(tmp_path)
    worker.begin("batch")
    ask(tmp_path / "commands.jsonl", Command.SKIP, "batch")
    ask(tmp_path / "commands.jsonl", Command.SKIP)
    worker.end()
    worker.begin("batch")
    assert worker.attend() == 0.0


def test_what_a_worker_was_started_for_is_no_order(tmp_path: Path) -> None:
    renew(tmp_path / "commands.jsonl", ["batch"])
    worker = orders(tmp_path)
    worker.begin("layer")
    assert worker.attend() == 0.0
    assert worker.end() == []
    assert not worker.suite_ends
