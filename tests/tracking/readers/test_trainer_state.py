import json
import os
from pathlib import Path

import pytest

from core.runs.run_state import Outcome
from tests.tracking.readers.follow import follow, only_run


def write_state(folder: Path, steps: int, written: float, *, factor: float = 1.0, most: int = 50) -> None:
    history = [{"loss": factor / step, "epoch": step / 10, "step": step} for step in range(10, steps + 1, 10)]
    history.append({"eval_loss": factor * steps, "step": steps})
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "trainer_state.json"
    state = {"log_history": history, "global_step": steps, "max_steps": most, "best_metric": None}
    file.write_text(json.dumps(state))
    os.utime(file, (written, written))


def test_the_newest_checkpoint_is_read_and_told_as_far_as_it_is_new(tmp_path: Path) -> None:
    write_state(tmp_path / "out" / "checkpoint-10", 10, 1e9)
    write_state(tmp_path / "out" / "checkpoint-9", 20, 9e8)  # of an older run
    followed = follow(tmp_path)
    run = followed.poll()["out"]
    assert run.curves == {"loss": [(10, 0.1)], "epoch": [(10, 1)], "eval_loss": [(10, 10)]}
    assert (run.state.config, run.state.outcome) == ({"max_steps": "50"}, None)
    write_state(tmp_path / "out" / "checkpoint-30", 30, 1.1e9)
    followed.poll()
    assert run.curves["loss"] == [(step, 1 / step) for step in (10, 20, 30)]
    assert run.times["loss"] == [1e9, 1.1e9, 1.1e9]
    assert run.state.series["loss"].count == 3
    write_state(tmp_path / "out", 50, 1.2e9)
    assert followed.poll()["out"].state.outcome is Outcome.FINISHED
    assert list(followed.runs) == ["out"]


def test_a_run_that_went_on_from_an_earlier_checkpoint_is_told_from_there(tmp_path: Path) -> None:
    write_state(tmp_path, 30, 1e9)
    followed = follow(tmp_path)
    followed.poll()
    write_state(tmp_path, 40, 1.1e9, factor=2.0)
    assert followed.poll()[tmp_path.name].curves["loss"] == [(step, 2 / step) for step in (10, 20, 30, 40)]


def test_a_checkpoint_can_be_named_itself(tmp_path: Path) -> None:
    write_state(tmp_path / "checkpoint-10", 10, 1e9)
    assert follow(tmp_path / "checkpoint-10").poll().keys() == {"checkpoint-10"}
    assert follow(tmp_path / "checkpoint-10" / "trainer_state.json").poll().keys() == {"checkpoint-10"}


@pytest.mark.parametrize("content", ['{"log_hist', "[]", "\x00", "[" * 99_999])
def test_half_a_state_is_told_of_and_read_once_it_is_whole(tmp_path: Path, content: str) -> None:
    (tmp_path / "trainer_state.json").write_text(content)
    followed = follow(tmp_path)
    for _ in range(2):
        run = followed.poll()[tmp_path.name]
    assert run.state.notices == ("trainer_state.json is damaged, or not whole yet",)
    write_state(tmp_path, 10, 1e9)
    assert followed.poll()[tmp_path.name].curves["loss"] == [(10, 0.1)]


@pytest.mark.parametrize("history", [None, 1, [1, None, {}], [{"step": "x", "a": {"b": [1]}}], {"a": 1}])
def test_a_history_that_is_none_is_borne(tmp_path: Path, history: object) -> None:
    state = {"log_history": history, "global_step": "x", "max_steps": [1]}
    (tmp_path / "trainer_state.json").write_text(json.dumps(state))
    assert only_run(tmp_path).curves == {}
