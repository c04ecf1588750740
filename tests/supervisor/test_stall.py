from pathlib import Path

import pytest

from core.runs.events import Notice
from core.runs.folder import SuiteFolder
from core.runs.suite_events import WorkerAlive
from core.supervisor.follower import SuiteFollower
from tests.runs.made_suites import Clock, at_work, begun, log, made_suite, write


@pytest.fixture
def folder(tmp_path: Path) -> SuiteFolder:
    return made_suite(tmp_path)


def stalled(follower: SuiteFollower) -> list[bool]:
    return [run.stalled != "" for run in follower.poll().state.runs]


def test_a_worker_without_a_sign_of_life_is_stalled_within_ten_seconds_and_back_at_once(
    folder: SuiteFolder,
) -> None:
    clock = Clock()
    with at_work(folder):
        write(folder, "batch", begun("batch"))
        follower = SuiteFollower(folder, clock=clock)
        seen = []
        for clock.seconds in (100.0, 101.0, 107.9, 109.0, 200.0):
            seen.append(stalled(follower))
        assert seen == [[False, False]] * 3 + [[True, False]] * 2  # the other one has not begun
        log(folder, WorkerAlive())
        assert stalled(follower) == [False, False]
        clock.seconds += 7
        write(folder, "batch", Notice(text="busy"))
        assert stalled(follower) == [False, False]
        clock.seconds += 7
        assert stalled(follower) == [False, False]
        clock.seconds += 2
        assert stalled(follower) == [True, False]


def test_a_watcher_that_was_frozen_itself_hears_the_news_first(folder: SuiteFolder) -> None:
    clock = Clock()
    with at_work(folder):
        write(folder, "batch", begun("batch"))
        follower = SuiteFollower(folder, clock=clock)
        assert stalled(follower) == [False, False]
        clock.seconds += 3_600
        log(folder, WorkerAlive())
        assert stalled(follower) == [False, False]


def test_what_the_worker_complains_of_is_why_it_is_silent(folder: SuiteFolder) -> None:
    clock = Clock()
    with at_work(folder):
        write(folder, "batch", begun("batch"))
        follower = SuiteFollower(folder, clock=clock)
        follower.poll()
        clock.seconds = 9.0
        words = f"{folder.path}: cannot be written (Disk quota exceeded); the quota is used up"
        folder.stderr.write_text(f"a warning\n{words}\n")
        assert follower.poll().state.runs[0].stalled == words
        folder.stderr.write_text(f"{words}\n{folder.path}: can be written again\n")
        assert "frozen" in follower.poll().state.runs[0].stalled
