from pathlib import Path

from core.runs.folder import SuiteFolder
from core.runs.index import live_suites
from tests.runs.made_suites import made_suite


def test_there_is_none_where_there_is_no_folder(tmp_path: Path) -> None:
    assert list(live_suites(tmp_path / "runs")) == []


def test_the_newest_comes_first_and_the_older_are_looked_at_in_their_turn(tmp_path: Path) -> None:
    old, new, _at_rest = (made_suite(tmp_path) for _ in range(3))
    (tmp_path / "a file").touch()
    with SuiteFolder(old.path).lock() as held, new.lock():
        assert list(live_suites(tmp_path)) == [new.path, old.path]
        live = live_suites(tmp_path)
        assert next(live) == new.path
        held.release()
        assert list(live) == []
