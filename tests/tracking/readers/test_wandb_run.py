from pathlib import Path
from random import Random

import pytest

from core.runs.run_state import Outcome
from core.tracking.readers.wandb_log import BLOCK, FILE_HEAD
from core.tracking.readers.wandb_messages import record_class
from tests.tracking.readers.follow import follow, only_run
from tests.tracking.readers.made_wandb import ended, framed, history, items, started

FILE = "wandb/offline-run-20260102_030405-abcd1234/run-abcd1234.wandb"
NAME = "wandb/offline-run-20260102_030405-abcd1234"


def made_file(folder: Path, content: bytes) -> Path:
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_run_is_read_while_it_goes_on(tmp_path: Path) -> None:
    long = "x" * 3 * BLOCK
    content = framed(
        started("baseline", {"lr": 0.1, "_wandb": {}, "net": {"width": 8}}),
        *(history(step, {"loss": 1 / (step + 1), "acc/top1": step / 100, "note": long}) for step in range(9)),
        items("config", {"late": True}),
        items("summary", {"best": 0.5, "loss": 1, "_runtime": 9}),
    )
    made_file(tmp_path, content[:3])
    followed = follow(tmp_path)
    counts = []
    for end in range(0, len(content), BLOCK // 2 + 1):
        made_file(tmp_path, content[:end])
        run = followed.poll().get(NAME)
        counts.append(len(run.curves.get("loss", [])) if run else 0)
    run = followed.runs[NAME]
    assert counts == sorted(counts)
    assert set(range(9)) <= set(counts)
    made_file(tmp_path, content)
    followed.poll()
    assert run.curves == {
        "loss": [(step, 1 / (step + 1)) for step in range(9)],
        "acc/top1": [(step, step / 100) for step in range(9)],
    }
    assert run.times["loss"] == [1e9 + step for step in range(9)]
    assert run.state.config == {"lr": "0.1", "net/width": "8", "late": "True"}
    assert (run.state.outcome, run.state.started_at) == (None, 1e9)
    made_file(tmp_path, content + framed(ended(0)).removeprefix(FILE_HEAD))
    followed.poll()
    assert run.state.outcome is Outcome.FINISHED
    assert run.curves["best"] == [(8, 0.5)]
    assert run.state.notices == ()


def test_an_exit_code_is_a_failure(tmp_path: Path) -> None:
    made_file(tmp_path, framed(started("a", {}), ended(3)))
    run = only_run(tmp_path)
    assert (run.state.outcome, run.state.why) == (Outcome.FAILED, "its program ended with exit code 3")


def test_values_that_are_no_json_are_read_as_they_are_kept(tmp_path: Path) -> None:
    record = record_class()()
    record.history.step.add(num=5)
    for name, value in {
        "integer": -3,
        "number": 0.1,
        "boolean": True,
        "text": b"0.5",
        "json": b"[1]",
    }.items():
        item = record.history.item.add(key=name.encode())
        setattr(item, name, value)
    nested = {"a": {"b": 1}, "image": {"_type": "image-file", "width": 3}, "nan": float("nan"), "text": "NaN"}
    made_file(tmp_path, framed(record.SerializeToString(), history(6, nested)))
    curves = only_run(tmp_path).curves
    assert repr(curves.pop("nan")) == "[(6, nan)]"
    assert repr(curves.pop("text")) == "[(5, 0.5), (6, nan)]"
    assert curves == {"integer": [(5, -3)], "number": [(5, 0.1)], "boolean": [(5, 1)], "a/b": [(6, 1)]}


def test_damage_costs_the_rest_of_its_block(tmp_path: Path) -> None:
    content = bytearray(framed(*(history(step, {"loss": step}) for step in range(3_000))))
    content[BLOCK + 999] ^= 255
    made_file(tmp_path, bytes(content))
    followed = follow(tmp_path)
    for _ in range(2):
        run = followed.poll()[NAME]
    steps = [step for step, _ in run.curves["loss"]]
    lost = set(range(3_000)).difference(steps)
    assert steps == sorted(steps)
    assert 0 < len(lost) < BLOCK // 50
    assert run.state.notices == ("run-abcd1234.wandb: is damaged: what is whole is read",)


@pytest.mark.parametrize("seed", range(9))
def test_random_bytes_are_told_of(tmp_path: Path, seed: int) -> None:
    noise = Random(seed).randbytes(99_999)  # noqa: S311 - chance need not be a secret
    made_file(tmp_path, (FILE_HEAD if seed % 2 else b"") + noise)
    assert len(only_run(tmp_path).state.notices) == 1


def test_records_that_are_none_are_passed_over(tmp_path: Path) -> None:
    made_file(tmp_path, framed(b"\xff" * 9, history(1, {"loss": 2}), b""))
    run = only_run(tmp_path)
    assert run.curves == {"loss": [(1, 2)]}
    assert run.state.notices == ("run-abcd1234.wandb: records that are none are passed over",)
