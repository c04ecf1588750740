from pathlib import Path

import pytest

from core.runs.suite_lock import SuiteLock


def test_one_holds_it_and_all_see_that(tmp_path: Path) -> None:
    lock, other = SuiteLock(tmp_path), SuiteLock(tmp_path)
    with lock.acquire(timeout=0):
        assert other.is_held()
        with pytest.raises(TimeoutError):
            other.acquire(timeout=0)
    assert not other.is_held()
    with other:
        assert lock.is_held()


def test_a_deleted_file_lets_nobody_else_in(tmp_path: Path) -> None:
    with SuiteLock(tmp_path).acquire(timeout=0):
        (tmp_path / "lock").unlink()
        assert SuiteLock(tmp_path).is_held()
        with pytest.raises(TimeoutError):
            SuiteLock(tmp_path).acquire(timeout=0)
    with SuiteLock(tmp_path).acquire(timeout=0):
        assert (tmp_path / "lock").exists()
