from pathlib import Path

import pytest

from core.errors import InputError
from tests.runs.closed_folders import closed, open_to_all
from tests.runs.made_suites import made_suite
from tui.command.attach import find_suite


def test_a_suite_that_cannot_be_read_is_passed_over_unless_it_is_named(tmp_path: Path) -> None:
    old, new = made_suite(tmp_path), made_suite(tmp_path)
    assert find_suite(tmp_path, None) == new.path
    (new.path / "suite.json").write_text("{")
    with new.lock():
        assert find_suite(tmp_path, None) == old.path
    for wanted in (new.path.name, None):
        with pytest.raises(InputError, match="cannot be read as a suite"):
            find_suite(tmp_path, wanted)
        (old.path / "suite.json").write_text("{")  # then there is none to show instead


def test_a_name_no_folder_can_have_is_no_suite(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must be a suite's folder"):
        find_suite(tmp_path, "x" * 300)


def test_a_closed_suite_is_passed_over_unless_it_is_named() -> None:
    with open_to_all() as runs_dir:
        old, new = made_suite(runs_dir), made_suite(runs_dir)
        with closed(new.path):
            assert find_suite(runs_dir, None) == old.path
            for wanted in (new.path.name, str(new.path), str(new.run("batch").path)):
                with pytest.raises(InputError, match=r"suite\.json: cannot be read \(Permission denied\)"):
                    find_suite(runs_dir, wanted)
