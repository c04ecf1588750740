import copy
import math
import pickle
import shutil
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from core.runs.commands import Command, ask
from core.runs.event_log import read_events
from core.runs.events import Phase, PhaseChanged
from core.runs.life_events import RunFailed
from core.runs.run_state import Outcome
from core.runs.tracked_events import ScalarsLogged
from core.tracking import Run
from core.tracking.own_runs import OwnRuns
from tests.patience import wait_for
from tests.process.small_disks import fill, mounted
from tests.tracking.loops import ended, loop, read

COUNTED = """
with Run("mine", config={"lr": 0.1, "net": {"depth": 3}}) as run:
    for step in range(3):
        run.log({"train/loss": 1 / (step + 1), "train/accuracy": step}, step=10 * step)
"""
STEERED = """
with Run("mine") as run:
    step = 0
    while not run.should_stop():
        run.log({"loss": 1.0}, step=step)
        step += 1
        time.sleep(0.01)
"""


def logged(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Return all that was logged, by tag."""
    found: dict[str, list[tuple[int, float]]] = {}
    for record in read_events(folder / "events.jsonl"):
        if isinstance(told := record.event, ScalarsLogged):
            found.setdefault(told.tag, []).extend(zip(told.steps, told.values, strict=True))
    return found


def test_three_lines_record_a_loop(tmp_path: Path) -> None:
    assert ended(COUNTED, tmp_path) == (0, "")
    folder = tmp_path / "runs" / "mine"
    assert logged(folder) == {
        "train/loss": [(0, 1.0), (10, 0.5), (20, 1 / 3)],
        "train/accuracy": [(0, 0.0), (10, 1.0), (20, 2.0)],
    }
    run = read(folder)
    assert (run.outcome, run.config) == (Outcome.FINISHED, {"lr": "0.1", "net/depth": "3"})


def test_what_a_run_is_made_from_can_be_told_later(tmp_path: Path) -> None:
    with Run("mine", config={"lr": 1}, dir=tmp_path) as run:
        run.log({"loss": 1.0})
        run.add_config({"lr": 2, "depth": 3})
        path = run.path
    assert path is not None
    told = read(path)
    assert (told.config, told.outcome, told.series["loss"].count) == (
        {"lr": "2", "depth": "3"},
        Outcome.FINISHED,
        1,
    )


def test_a_second_run_of_the_same_name_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    paths = []
    for _ in range(2):
        with Run("a/b ü", dir=tmp_path) as run:
            paths.append(run.path)
    assert paths == [tmp_path / "a-b", tmp_path / "a-b-2"]


@pytest.mark.parametrize(
    ("ending", "outcome", "why"),
    [
        ("with run: raise ValueError('no such layer')", Outcome.FAILED, "ValueError: no such layer"),
        ("raise ValueError('no such layer')", Outcome.FAILED, "ValueError: no such layer"),
        ("with run: raise KeyboardInterrupt", Outcome.STOPPED, "interrupted"),
        ("with run: sys.exit(0)", Outcome.FINISHED, ""),
        ("pass", Outcome.FINISHED, ""),
    ],
)
def test_a_run_ends_as_its_loop_did(ending: str, outcome: Outcome, why: str, tmp_path: Path) -> None:
    ended(f"run = Run('mine')\nrun.log({{'loss': 1.0}})\n{ending}", tmp_path)
    run = read(tmp_path / "runs" / "mine")
    assert (run.outcome, run.why) == (outcome, why)
    assert run.series["loss"].count == 1
    (last,) = read_events(tmp_path / "runs" / "mine" / "events.jsonl")[-1:]
    assert not isinstance(last.event, RunFailed) or "Traceback" in last.event.traceback


def test_stop_and_pause_reach_the_loop_from_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "mine"
    with loop(STEERED, tmp_path) as process:
        wait_for(lambda: bool(logged(folder)))
        assert read(folder).outcome is Outcome.RUNNING
        ask(folder / "commands.jsonl", Command.PAUSE)
        wait_for(lambda: read(folder).paused)
        ask(folder / "commands.jsonl", Command.RESUME)
        wait_for(lambda: not read(folder).paused)
        ask(folder / "commands.jsonl", Command.STOP_NOW)
        assert process.wait() == 0
    phases = [
        r.event.phase for r in read_events(folder / "events.jsonl") if isinstance(r.event, PhaseChanged)
    ]
    assert phases == [Phase.PAUSED, Phase.TRAIN]
    run = read(folder)
    assert (run.outcome, run.why) == (Outcome.STOPPED, "asked to, from another terminal")


def test_a_killed_loop_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "mine"
    with loop(STEERED, tmp_path) as process:
        wait_for(lambda: bool(logged(folder)))
        process.send_signal(signal.SIGKILL)
    run = read(folder)
    assert run.outcome is Outcome.LOST
    assert "killed" in run.why


def test_what_is_no_number_is_told_once_and_left_out(tmp_path: Path) -> None:
    status, said = ended(
        """
with Run("mine") as run:
    for step in range(3):
        run.log({"loss": "much", "list": [1, 2], "none": None, "good": 1.0}, step=step)
    run.log({"good": 2.0}, step="later")
    run.log(7)
    run.add_image("face", "no picture")
""",
        tmp_path,
    )
    assert status == 0
    assert len(said.splitlines()) == 6, said
    assert logged(tmp_path / "runs" / "mine") == {"good": [(0, 1.0), (1, 1.0), (2, 1.0)]}


def test_a_folder_that_cannot_be_made_stops_no_training(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    status, said = ended(COUNTED + "print('trained on')", tmp_path)
    assert status == 0
    assert said.startswith("cifar-tui: mine: cannot be recorded, training goes on (")
    assert len(said.splitlines()) == 1


VANISHED = """
import shutil
with Run("mine") as run:
    run.log({"loss": 1.0})
    while not (run.path / "events.jsonl").exists(): time.sleep(0.01)
    shutil.rmtree(run.path)
    for step in range(20):
        run.log({"loss": 1.0})
        run.should_stop()
        time.sleep(0.1)
    assert run._recorder.broken
"""


def test_a_vanished_folder_is_told_once(tmp_path: Path) -> None:
    status, said = ended(VANISHED, tmp_path)
    assert status == 0, said
    assert len(said.splitlines()) == 1
    assert "nothing is recorded any more, training goes on" in said


FULL = """
with Run("mine", dir="disk") as run:
    run.log({"loss": 0.0}, step=0)
    time.sleep(1)
    print("ready", flush=True)
    sys.stdin.readline()
    for step in range(1, 1000):
        run.log({"loss": 1.0 * step}, step=step)
    time.sleep(1.5)
    print("full", flush=True)
    sys.stdin.readline()
"""


def test_a_full_disk_is_told_once_and_costs_no_value(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m") as disk, loop(FULL, tmp_path) as process:
        assert process.stdout
        process.stdout.readline()
        filling = fill(disk)
        _answer(process)
        process.stdout.readline()
        filling.unlink()
        _, said = process.communicate("\n")
        assert process.returncode == 0
        assert logged(disk / "mine")["loss"] == [(step, float(step)) for step in range(1_000)]
        begun, over = said.splitlines()
        assert "cannot be written (No space left on device)" in begun
        assert "can be written again" in over


def _answer(process: object) -> None:
    stdin = process.stdin  # type: ignore[attr-defined]
    stdin.write("\n")
    stdin.flush()


def test_a_forked_copy_writes_nothing(tmp_path: Path) -> None:
    status, said = ended(
        """
import os
with Run("mine") as run:
    run.log({"loss": 1.0})
    if not os.fork():
        run.log({"loss": 2.0})
        run.finish()
        sys.exit(0)
    os.wait()
    run.log({"loss": 3.0})
""",
        tmp_path,
    )
    assert (status, said) == (0, "")
    assert logged(tmp_path / "runs" / "mine") == {"loss": [(0, 1.0), (1, 3.0)]}


def test_tensors_and_arrays_are_taken_as_they_are_now(tmp_path: Path) -> None:
    with Run("mine", dir=tmp_path) as run:
        loss = torch.tensor(2.0, requires_grad=True) * 1
        array = np.array(3.0)
        run.log({"loss": loss, "array": array, "bf16": torch.tensor(0.5, dtype=torch.bfloat16)})
        with torch.no_grad():
            loss.zero_()
        array[...] = 0
        run.log({"loss": math.nan, "array": np.float32(0.1), "bf16": True})
        run.log({"many": torch.ones(3), "row": np.ones(2), "good": 1.0}, step=5)
        run.add_scalar("alone", 1)
        run.add_scalar("alone", torch.tensor([2]))
        run.add_image("photo", np.zeros((4, 6, 3), np.uint8), step=7)
        run.add_image("tensor", torch.rand(3, 2, 5))
        path = run.path
    assert path is not None
    found = logged(path)
    assert found["loss"][0] == (0, 2.0)
    assert math.isnan(found["loss"][1][1])
    assert found["array"] == [(0, 3.0), (1, float(np.float32(0.1)))]
    assert found["bf16"] == [(0, 0.5), (1, 1.0)]
    assert found["good"] == [(5, 1.0)]
    assert "many" not in found
    assert "row" not in found
    assert found["alone"] == [(0, 1.0), (1, 2.0)]
    assert {tag: image.step for tag, image in read(path).images.items()} == {"photo": 7, "tensor": 5}


def test_a_step_that_no_reader_takes_costs_no_other_value(tmp_path: Path) -> None:
    status, said = ended(
        """
with Run("mine") as run:
    run.log({"loss": 1.0}, step=0)
    for step in (-1, 2**53 + 1, -2, 10**400):
        run.log({"loss": 9.0}, step=step)
    run.add_scalar("loss", 9.0, -1)
    run.log({"loss": 2.0}, step=2**53)
""",
        tmp_path,
    )
    assert status == 0
    assert logged(tmp_path / "runs" / "mine") == {"loss": [(0, 1.0), (2**53, 2.0)]}
    assert len(said.splitlines()) == 2, said
    assert "log: left out (a step is from 0 to 9,007,199,254,740,992, and not -1)" in said


def test_a_trouble_in_other_words_every_step_is_one(tmp_path: Path) -> None:
    _, said = ended(
        """
with Run("mine") as run:
    for step in range(1000):
        run.log({"text": f"in step {step}", f"tag {step}": None})
        run.log({"loss": 1.0}, step=f"step {step}")
""",
        tmp_path,
    )
    assert len(said.splitlines()) == 100, said


@dataclass
class Settings:
    rate: float
    lock: object


class Mute:
    def __str__(self) -> str:
        raise RuntimeError("no word")


CYCLE: dict[str, object] = {"rate": 1}
CYCLE["self"] = CYCLE


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (Settings(0.1, threading.Lock()), ("rate", "0.1")),
        ({"rate": 0.1, "mute": Mute()}, ("mute", "Mute: cannot be told (no word)")),
        ({"net": Settings(0.2, None)}, ("net/rate", "0.2")),
        (CYCLE, ("rate", "1")),
        ({"long": "x" * 5_000_000}, ("long", "x" * 10_000 + "…")),
        ({f"{n:06}": n for n in range(300_000)}, ("…", "275,159 more")),
        ([1, 2], None),
        (np.ones(3), None),
    ],
    ids=["lock", "mute", "nested", "cycle", "long", "many", "list", "array"],
)
def test_odd_settings_cost_no_run(config: object, told: tuple[str, str] | None, tmp_path: Path) -> None:
    with Run("mine", config=config, dir=tmp_path) as run:
        run.log({"loss": 1.0})
    assert OwnRuns().reads(tmp_path / "mine")
    found = read(tmp_path / "mine")
    assert (found.outcome, found.series["loss"].count, found.notices) == (Outcome.FINISHED, 1, ())
    assert not found.config if told is None else told in found.config.items()


def test_a_paused_loop_whose_folder_is_deleted_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "mine"
    with loop(STEERED, tmp_path) as process:
        wait_for(lambda: bool(logged(folder)))
        ask(folder / "commands.jsonl", Command.PAUSE)
        wait_for(lambda: read(folder).paused)
        shutil.rmtree(folder)
        assert process.stderr
        paused, gone = (process.stderr.readline() for _ in range(2))
        process.kill()
    assert "paused from another terminal" in paused
    assert "the folder was deleted or moved" in gone
    assert "nothing is recorded any more, training goes on" in gone


def test_a_loop_that_never_heard_it_was_to_stop_has_finished(tmp_path: Path) -> None:
    with Run("mine", dir=tmp_path) as run:
        run.log({"loss": 1.0})
        ask(tmp_path / "mine" / "commands.jsonl", Command.STOP_NOW)
        wait_for(lambda: run._recorder is not None and run._recorder.asked)  # noqa: SLF001 - see its name
    assert read(tmp_path / "mine").outcome is Outcome.FINISHED


def test_an_error_of_an_earlier_line_is_not_the_runs(tmp_path: Path) -> None:
    ended("sys.last_value = ValueError('typed before')\nrun = Run('mine')", tmp_path)
    assert read(tmp_path / "runs" / "mine").outcome is Outcome.FINISHED


INTERRUPTED = """
import threading
run = Run("mine")
run.log({"loss": 1.0})
join = threading.Thread.join
def interrupted(*_):
    threading.Thread.join = join
    raise KeyboardInterrupt
threading.Thread.join = interrupted
run.finish()
"""


def test_ctrl_c_while_the_end_is_written_loses_nothing(tmp_path: Path) -> None:
    ended(INTERRUPTED, tmp_path)
    found = read(tmp_path / "runs" / "mine")
    assert (found.outcome, found.series["loss"].count) == (Outcome.FINISHED, 1)


def test_copies_of_a_run_do_nothing(tmp_path: Path) -> None:
    with Run("mine", dir=tmp_path) as run:
        run.log({"loss": 1.0})
        for other in (copy.deepcopy(run), pickle.loads(pickle.dumps(run))):  # noqa: S301 - our own
            assert (other.name, other.path) == ("mine", run.path)
            other.log({"loss": 2.0})
            assert not other.should_stop()
            other.finish()
    assert logged(tmp_path / "mine") == {"loss": [(0, 1.0)]}
