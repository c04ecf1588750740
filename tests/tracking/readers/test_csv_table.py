import math
import os
from pathlib import Path

import pytest

from tests.tracking.readers.follow import follow, only_run

LIGHTNING = "epoch,step,train_loss\n0,9,0.5\n0,19,0.25\n"


def test_a_table_is_read_while_it_grows(tmp_path: Path) -> None:
    table = tmp_path / "log.csv"
    table.write_text("step,loss\n1,0.1\n2,0.")
    os.utime(table, (5e8, 5e8))
    followed = follow(table)
    run = followed.poll()["log"]
    assert run.curves == {"loss": [(1, 0.1)]}
    assert run.times == {"loss": [5e8]}
    assert (run.state.source, run.state.started_at) == ("CSV", 5e8)
    with table.open("a") as file:
        file.write("2\n3,1e5\n")
    assert followed.poll()["log"].curves == {"loss": [(1, 0.1), (2, 0.2), (3, 1e5)]}


def test_a_new_column_changes_nothing_that_was_told(tmp_path: Path) -> None:
    table = tmp_path / "version_0" / "metrics.csv"
    table.parent.mkdir()
    table.write_text(LIGHTNING)
    followed = follow(tmp_path)
    run = followed.poll()["version_0"]
    before = len(run.records)
    table.write_text("epoch,step,train_loss,val_loss\n0,9,0.5,\n0,19,0.25,\n0,19,,0.75\n1,29,0.125,\n")
    followed.poll()
    assert run.curves == {
        "epoch": [(9, 0), (19, 0), (19, 0), (29, 1)],
        "train_loss": [(9, 0.5), (19, 0.25), (29, 0.125)],
        "val_loss": [(19, 0.75)],
    }
    assert len(run.records) == before + 3
    assert run.state.series["train_loss"].count == 3


def test_another_table_in_its_place_takes_back_what_is_no_longer_so(tmp_path: Path) -> None:
    table = tmp_path / "log.csv"
    table.write_text("step,loss\n1,1\n2,2\n3,3\n4,4\n")
    followed = follow(table)
    followed.poll()
    table.write_text("step,loss\n1,1\n2,20\n")
    assert followed.poll()["log"].curves == {"loss": [(1, 1), (2, 20)]}
    table.write_text("step,loss\n1,5\n2,6\n3,7\n4,8\n5,9\n")
    assert followed.poll()["log"].curves == {"loss": [(1, 5), (2, 6), (3, 7), (4, 8), (5, 9)]}


def test_a_table_that_is_seen_while_it_is_written_anew_loses_nothing(tmp_path: Path) -> None:
    table = tmp_path / "log.csv"
    whole = "step,loss,acc\n" + "".join(f"{step},{step}.5,{step}\n" for step in range(9))
    table.write_text(whole.replace(",acc", "")[:40])
    followed = follow(table)
    for end in (*range(0, len(whole), 7), len(whole)):
        table.write_text(whole[:end])
        followed.poll()
    run = followed.runs["log"]
    assert run.curves["loss"] == [(step, step + 0.5) for step in range(9)]


@pytest.mark.parametrize(
    ("header", "axis"),
    [
        ("epoch,iter,iteration,_step,global_step,step", "step"),
        ("epoch,iter,iteration,_step,global_step", "global_step"),
        ("epoch,iter,iteration,_step", "_step"),
        ("epoch,iter,iteration", "iteration"),
        ("epoch,iter", "iter"),
        ("epoch,loss", "epoch"),
    ],
)
def test_the_best_of_several_columns_counts_the_steps(tmp_path: Path, header: str, axis: str) -> None:
    columns = header.split(",")
    (tmp_path / "a.csv").write_text(f"{header}\n{','.join(str(i) for i in range(len(columns)))}\n")
    run = only_run(tmp_path)
    step = columns.index(axis)
    assert run.curves == {name: [(step, i)] for i, name in enumerate(columns) if name != axis}


def test_a_table_without_steps_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("loss,note\n0.5,x\n,y\n0.25,z\n")
    assert only_run(tmp_path).curves == {"loss": [(0, 0.5), (2, 0.25)]}


def test_a_column_tells_the_runs_apart(tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("run,step,loss\na,1,1\nb,1,2\na,2,3\n,5,4\n")
    runs = follow(tmp_path / "all.csv").poll()
    assert {name: run.curves["loss"] for name, run in runs.items()} == {
        "all/a": [(1, 1), (2, 3)],
        "all/b": [(1, 2)],
        "all": [(5, 4)],
    }


def test_a_long_table_has_a_quantity_a_line(tmp_path: Path) -> None:
    table = tmp_path / "long.csv"
    table.write_text(
        "run,tag,step,epoch,wall_time,value\na,loss,1,1,500000000,2.5\na,accuracy,1,1,500000001,0.5\n"
        "a,loss,2,1,500000002,2.0\nb,loss,1,1,500000003,3.5\n"
    )
    runs = follow(table).poll()
    assert runs["long/a"].curves == {"loss": [(1, 2.5), (2, 2.0)], "accuracy": [(1, 0.5)]}
    assert runs["long/a"].times["loss"] == [5e8, 5e8 + 2]
    assert runs["long/b"].curves == {"loss": [(1, 3.5)]}


def test_no_table_has_too_many_runs(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("run,loss\n" + "".join(f"r{i},{i}\n" for i in range(1_100)))
    runs = follow(tmp_path).poll()
    assert len(runs) == 1_001
    assert runs["a"].state.notices == ("more than 1,000 runs: the first are read",)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("nan", math.nan), ("-inf", -math.inf), ("1e5", 1e5), (" 0.1 ", 0.1), ("1e999", math.inf)]
    + [(cell, None) for cell in ("True", "None", "", "1_000", "0x10", "1" * 9_999)],
)
def test_a_number_is_what_python_takes_for_one(tmp_path: Path, cell: str, value: float | None) -> None:
    (tmp_path / "a.csv").write_text(f"step,loss,other\n1,{cell},1\n")
    curve = only_run(tmp_path).curves.get("loss", [])
    assert [repr(value) for _, value in curve] == ([] if value is None else [repr(value)])


def test_times_of_the_table_are_taken(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "step,timestamp,time,loss\n"
        "1,2026-01-02T03:04:05+00:00,0.5,1\n"  # and a duration
        "2,1767323046.5,0.5,1\n"
        "3,1767323047000,0.5,1\n"
    )
    run = only_run(tmp_path)
    assert run.times["loss"] == [1767323045.0, 1767323046.5, 1767323047.0]
    assert run.curves["time"] == [(1, 0.5), (2, 0.5), (3, 0.5)]


@pytest.mark.parametrize("line", ["1,2,3", '1,"half', "1,\x00", "\x00\x00", '"a"b,1'])
def test_lines_that_are_none_are_passed_over(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.csv").write_text(f"step,loss\n{line}\n{line}\n7,1\n")
    run = only_run(tmp_path)
    assert run.curves["loss"][-1:] == [(7, 1)]
    assert len(run.state.notices) <= 1


@pytest.mark.parametrize("header", ["\ufeffstep;loss\r", "step\tloss", '"step","loss"'])
def test_other_separators_marks_and_quotes_are_borne(tmp_path: Path, header: str) -> None:
    separator = next(sign for sign in ";\t," if sign in header)
    (tmp_path / "a.csv").write_text(f"{header}\n1{separator}0.5\r\n", newline="")
    assert only_run(tmp_path).curves == {"loss": [(1, 0.5)]}


def test_lightnings_settings_are_the_runs(tmp_path: Path) -> None:
    pytest.importorskip("yaml", reason="PyYAML comes with Lightning")
    (tmp_path / "metrics.csv").write_text(LIGHTNING)
    (tmp_path / "hparams.yaml").write_text("lr: 0.1\nmodel:\n  width: 8\n  norms: [batch, group]\n")
    expected = {"lr": "0.1", "model/width": "8", "model/norms": "['batch', 'group']"}
    assert only_run(tmp_path).state.config == expected


@pytest.mark.parametrize(
    "settings",
    [
        "a: &a {}\n" + "".join(f"b{i}: &b{i} [{', '.join(['*a'] * 9)}]\na: &a [*b{i}]\n" for i in range(30)),
        "".join(f"b{i}: &b{i} {{x: *b{i - 1}, y: *b{i - 1}, z: *b{i - 1}}}\n" for i in range(1, 40)),
        "b0: &b0 {}\n"
        + "".join(f"b{i}: &b{i} {{x: *b{i - 1}, y: *b{i - 1}, z: *b{i - 1}}}\n" for i in range(1, 40)),
        "!!python/object/apply:os.system ['true']",
        "[" * 5_000,
        "- 1",
        "? {a: 1}\n: 2",
        "\x00",
    ],
)
def test_settings_that_are_none_cost_nothing(tmp_path: Path, settings: str) -> None:
    (tmp_path / "metrics.csv").write_text(LIGHTNING)
    (tmp_path / "hparams.yaml").write_text(settings)
    run = only_run(tmp_path)
    assert run.curves["train_loss"] == [(9, 0.5), (19, 0.25)]
    assert len(run.state.config) <= 1_000
    assert max((len(text) for text in run.state.config.values()), default=0) <= 1_000


def test_no_table_has_too_many_columns(tmp_path: Path) -> None:
    columns = 100_000
    (tmp_path / "a.csv").write_text(
        ",".join(["step", *(f"c{i}" for i in range(columns))]) + "\n" + ",".join(["1"] * (columns + 1)) + "\n"
    )
    run = only_run(tmp_path)
    assert len(run.curves) == 2_000
    assert run.state.notices == ("it has more than 2,000 quantities: the first are read",)


def test_a_line_without_end_is_no_line(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w") as file:
        file.write("step,loss\n" + "1," * 3_000_000 + "\n2,1\n")
    assert only_run(tmp_path).curves == {"loss": [(2, 1)]}
