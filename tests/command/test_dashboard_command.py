"""Which of its faces `cifar-tui` shows: the dashboard where there is a terminal, else lines of text."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.config.presets import Norm
from core.errors import InputError
from core.runs.folder import SuiteFolder, create_suite
from tests.command.programs import COMMAND, QUICK, run
from tests.process.suites import small_suite
from tests.terminal import Terminal
from tui.command.attach import find_suite


def suite(runs_dir: Path, day: int) -> SuiteFolder:
    return create_suite(runs_dir, small_suite(Norm.BATCH), datetime(2026, 1, day, tzinfo=UTC))


def test_without_a_terminal_it_says_so_and_trains(tmp_path: Path) -> None:
    flags = [flag for flag in QUICK if flag != "--headless"]
    result = run(*flags, "--norm", "batch", "--export", "report.json", "--ascii", "--no-mouse", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "report.json\n"
    first, *lines = result.stderr.splitlines()
    assert first == "cifar-tui: no terminal here, so training without a screen, as with --headless"
    assert any(re.match(r"batch +epoch +1/1 \|", line) for line in lines)
    assert "\x1b" not in result.stderr


def test_attaching_opens_the_newest_suite_and_q_leaves(tmp_path: Path) -> None:
    suite(tmp_path / "runs", 1)
    newest = suite(tmp_path / "runs", 2)
    with Terminal([*COMMAND, "attach", "--ascii"], tmp_path, columns=100, lines=30) as terminal:
        terminal.wait_for(newest.path.name)
        terminal.wait_for("quit")
        terminal.send("q")
        assert terminal.ended() == 0
        assert terminal.settings_now == terminal.settings
        assert terminal.seen.isascii()


@pytest.mark.parametrize(
    "wanted",
    ["20260102-000000-reference", "runs/20260102-000000-reference", "runs/20260102-000000-reference/batch"],
)
def test_a_suite_is_found_by_its_name_its_folder_and_a_runs_folder(
    wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = suite(Path("runs"), 2)
    suite(Path("runs"), 3)
    found.run("batch").path.mkdir()
    found.run("batch").events.write_text("")
    assert find_suite(Path("runs"), wanted).resolve() == found.path.resolve()


def test_the_suite_that_is_training_comes_before_a_newer_one(tmp_path: Path) -> None:
    training = suite(tmp_path, 1)
    newest = suite(tmp_path, 2)
    assert find_suite(tmp_path, None) == newest.path
    with training.lock():
        assert find_suite(tmp_path, None) == training.path


def test_a_run_without_its_suite_is_refused(tmp_path: Path) -> None:
    (tmp_path / "batch").mkdir()
    (tmp_path / "batch" / "events.jsonl").write_text("")
    with pytest.raises(InputError, match="must be a suite's folder"):
        find_suite(tmp_path / "runs", str(tmp_path / "batch"))
