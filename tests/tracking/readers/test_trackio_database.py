import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import InputError
from core.tracking.formats import recognised
from tests.tracking.readers.follow import follow, only_run
from tests.tracking.readers.made_trackio import TABLES, insert_all

TIME = "2026-01-02T03:04:05+00:00"


@pytest.fixture(params=["wal", "delete"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "project.db")) as connection:
        connection.execute(f"PRAGMA journal_mode={request.param}")
        connection.executescript(TABLES)
        yield connection


def log(database: sqlite3.Connection, run: str, step: int, metrics: object, *, key: str = "") -> None:
    insert_all(database, [(key or f"id-{run}", TIME, run, step, json.dumps(metrics).encode())])


def beside(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_runs_are_read_while_they_are_written(database: sqlite3.Connection, tmp_path: Path) -> None:
    database.execute(
        "INSERT INTO configs (run_id, run_name, config, created_at) VALUES ('id-a', 'a', ?, ?)",
        (json.dumps({"lr": 0.1, "_Username": None, "net": {"width": 8}}), TIME),
    )
    log(database, "a", 0, {"loss": 0.1, "x": {"y": 2}, "nan": "NaN", "inf": "-Infinity", "s": "word"})
    followed = follow(tmp_path)
    run = followed.poll()["project/a"]
    assert repr(run.curves.pop("nan")) == "[(0, nan)]"
    assert run.curves == {"loss": [(0, 0.1)], "x/y": [(0, 2)], "inf": [(0, -float("inf"))]}
    assert run.times["loss"] == [1767323045.0]
    assert run.state.config == {"lr": "0.1", "net/width": "8"}
    database.execute("BEGIN IMMEDIATE")  # a writer in mid-transaction sees nothing of the reader
    followed.poll()
    database.rollback()
    log(database, "b", 0, {"loss": 3})
    log(database, "a", 1, {"loss": 0.2})
    runs = followed.poll()
    assert runs["project/a"].curves["loss"] == [(0, 0.1), (1, 0.2)]
    assert runs["project/b"].curves["loss"] == [(0, 3)]


def test_nothing_is_left_beside_the_file(database: sqlite3.Connection, tmp_path: Path) -> None:
    log(database, "a", 0, {"loss": 1})
    database.close()
    assert beside(tmp_path) == {"project.db"}
    content = (tmp_path / "project.db").read_bytes()
    assert only_run(tmp_path).curves == {"loss": [(0, 1)]}
    assert beside(tmp_path) == {"project.db"}
    assert (tmp_path / "project.db").read_bytes() == content


def test_two_runs_of_one_name_are_two(database: sqlite3.Connection, tmp_path: Path) -> None:
    log(database, "a", 0, {"loss": 1}, key="0123456789")
    log(database, "a", 0, {"loss": 2}, key="9876543210")
    assert follow(tmp_path).poll().keys() == {"project/a", "project/a (98765432)"}


def test_many_lines_are_read_and_deleted_runs_borne(database: sqlite3.Connection, tmp_path: Path) -> None:
    insert_all(database, [("id", TIME, "a", step, json.dumps({"loss": step})) for step in range(12_000)])
    log(database, "b", 0, {"loss": 7})
    followed = follow(tmp_path)
    run = followed.poll()["project/a"]
    assert run.curves["loss"] == [(step, step) for step in range(12_000)]
    database.execute("DELETE FROM metrics WHERE run_name = 'b'")
    database.commit()
    told = len(run.records)
    followed.poll()
    log(database, "a", 12_000, {"loss": 5}, key="id")
    followed.poll()
    assert run.curves["loss"][-2:] == [(11_999, 11_999), (12_000, 5)]
    assert len(run.records) == told + 1


def test_strange_lines_are_borne(database: sqlite3.Connection, tmp_path: Path) -> None:
    lines = ((0, b"\xff"), ("x", b"{}"), (-1, b'{"a": 1}'), (1, b'{"a": 1}'), (2.5, b'{"a": 2}'))
    insert_all(database, [("id", "never", b"\xff\x1b", *line) for line in lines])
    run = only_run(tmp_path)
    assert run.curves == {"a": [(1, 1), (2, 2)]}
    assert run.state.notices == ("lines that are no metrics are passed over",)


def test_a_damaged_database_is_told_of(database: sqlite3.Connection, tmp_path: Path) -> None:
    insert_all(database, [("id", TIME, "a", step, "{}") for step in range(2_000)])
    database.close()
    content = bytearray((tmp_path / "project.db").read_bytes())
    content[8_192:] = b"\x77" * (len(content) - 8_192)
    (tmp_path / "project.db").write_bytes(content)
    (tmp_path / "other.db").write_bytes(b"SQLite format 3\x00" + b"\x77" * 9_999)
    (tmp_path / "good.jsonl").write_text('{"step": 1, "loss": 2}\n')
    followed = follow(tmp_path)
    for _ in range(2):
        runs = followed.poll()
    assert runs["good"].curves == {"loss": [(1, 2)]}
    assert [len(runs[name].state.notices) for name in ("other", "project")] == [1, 1]


def test_a_database_of_something_else_is_none(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection:
        connection.execute("CREATE TABLE metrics (key, value)")
    (tmp_path / "noise.db").write_bytes(b"noise")
    assert list(recognised(tmp_path)) == []
    with pytest.raises(InputError, match="none of the files that are known"):
        list(recognised(tmp_path / "noise.db"))
