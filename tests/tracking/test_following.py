import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runs.commands import Command, ask
from core.runs.run_state import Outcome
from core.tracking import Run
from core.tracking.following import Following
from core.tracking.own_runs import OwnRun, OwnRuns
from core.tracking.source import Source


def runs_in(*folders: Path) -> Iterator[Source]:
    own = OwnRuns()
    for folder in folders:
        yield from (own.open(path, path.name) for path in sorted(folder.iterdir()) if own.reads(path))


def test_runs_come_to_be_while_others_are_followed(tmp_path: Path) -> None:
    following = Following(lambda: runs_in(tmp_path))
    following.look()
    assert following.poll() == ()
    with Run("first", dir=tmp_path) as run:
        run.log({"loss": 1.0})
    with Run("second", dir=tmp_path):
        pass
    following.look()
    following.look()
    first, second = following.poll()
    assert (first.run.name, first.run.series["loss"].last) == ("first", 1.0)
    assert second.run.outcome is Outcome.FINISHED
    assert first.folder is not None
    assert first.folder.path == tmp_path / "first"
    assert following.poll() == (first, second)


def test_runs_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        with Run("net", dir=tmp_path / folder):
            pass
    following = Following(lambda: runs_in(tmp_path / "a", tmp_path / "b"))
    following.look()
    assert [followed.run.name for followed in following.poll()] == ["net", "net (2)"]


def test_what_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "net" / "events.jsonl").mkdir(parents=True)
    following = Following(lambda: [OwnRun(tmp_path / "net", "net")])
    following.look()
    for _ in range(3):
        (followed,) = following.poll()
    assert [notice.partition(": ")[2] for notice in followed.run.notices] == [
        "cannot be read (it is no regular file)"
    ]


def test_only_a_run_of_ours_can_be_asked(tmp_path: Path) -> None:
    with Run("net", dir=tmp_path) as run:
        following = Following(lambda: runs_in(tmp_path))
        while run.path is None or not OwnRuns().reads(run.path):
            pass
        following.look()
        (followed,) = following.poll()
        assert followed.folder is not None
        ask(followed.folder.commands, Command.STOP_NOW)
        while not run.should_stop():
            pass
    assert following.poll()[0].run.outcome is Outcome.STOPPED


def test_a_run_whose_folder_is_gone_is_lost_until_another_takes_its_place(tmp_path: Path) -> None:
    following = Following(lambda: runs_in(tmp_path))
    with Run("net", config={"lr": 1}, dir=tmp_path) as run:
        while run.path is None or not OwnRuns().reads(run.path):
            pass
        following.look()
        following.poll()
        shutil.rmtree(run.path)
        (followed,) = following.poll()
    assert (followed.run.outcome, followed.run.why) == (Outcome.LOST, "its folder was deleted or moved")
    with Run("net", dir=tmp_path) as run:
        run.log({"loss": 1.0}, step=7)
    (followed,) = following.poll()
    assert (followed.run.outcome, followed.run.why, dict(followed.run.config)) == (Outcome.FINISHED, "", {})
    events = tmp_path / "net" / "events.jsonl"
    events.write_bytes(events.read_bytes().splitlines(keepends=True)[0])
    (followed,) = following.poll()
    assert (followed.run.outcome, dict(followed.run.series)) == (Outcome.LOST, {})


def test_runs_beyond_the_most_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tracking.following.MOST_RUNS", 2)
    following = Following(lambda: runs_in(tmp_path))
    for count in (1, 2, 3):
        with Run("net", dir=tmp_path):
            pass
        following.look()
        assert len(following.poll()) == min(count, 2)
        assert following.too_many is (count > 2)
