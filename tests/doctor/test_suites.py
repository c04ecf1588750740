from pathlib import Path

import pytest

from core.doctor.findings import Finding, Sign
from core.doctor.suites import CLOSED, DAMAGED, DIED, HELD, NO_SUITE, check_suites
from core.runs.folder import SuiteFolder
from core.runs.life_events import RunFinished
from tests.command.programs import everything_in
from tests.runs.closed_folders import closed, open_to_all
from tests.runs.made_suites import at_work, begun, made_suite, write


@pytest.fixture
def suite(tmp_path: Path) -> SuiteFolder:
    return made_suite(tmp_path)


def wrong(runs_dir: Path) -> list[Finding]:
    """Return what is wrong, having looked that looking changed nothing."""
    before = everything_in(runs_dir)
    found = [finding for finding in check_suites(runs_dir) if finding.sign is not Sign.OK]
    assert everything_in(runs_dir) == before
    return found


def said(runs_dir: Path) -> list[str]:
    return [finding.says for finding in check_suites(runs_dir)]


def test_a_runs_folder_that_is_not_there_has_nothing_wrong_in_it(tmp_path: Path) -> None:
    assert said(tmp_path / "runs") == [f"none yet in {tmp_path / 'runs'}"]
    assert not (tmp_path / "runs").exists()


def test_a_suite_that_waits_is_sound(suite: SuiteFolder) -> None:
    assert said(suite.path.parent) == [f"1 suite with 2 runs in {suite.path.parent}, read to the end"]


def test_a_worker_at_work_is_nothing_wrong(suite: SuiteFolder) -> None:
    write(suite, "batch", begun("batch"))
    with at_work(suite):
        assert said(suite.path.parent)[0] == "a worker is at work: batch"
        assert wrong(suite.path.parent) == []


def test_a_worker_that_died_unseen_is_told_with_what_to_do(suite: SuiteFolder) -> None:
    write(suite, "batch", begun("batch"))
    (finding,) = wrong(suite.path.parent)
    assert finding.trouble == DIED.key
    assert finding.says.endswith(": batch")
    assert finding.do == f"cifar-tui resume {suite.path}"


def test_a_lock_that_outlasts_all_runs_is_told(suite: SuiteFolder) -> None:
    for name in ("batch", "group"):
        write(suite, name, begun(name), RunFinished())
    with suite.lock().acquire(timeout=0):
        assert [finding.trouble for finding in wrong(suite.path.parent)] == [HELD.key]
    assert wrong(suite.path.parent) == []


def test_lines_that_cannot_be_read_are_counted(suite: SuiteFolder) -> None:
    write(suite, "batch", begun("batch"), RunFinished())
    with suite.run("batch").events.open("ab") as file:
        file.write(b"\0\0\0\n{}\n")
    (finding,) = wrong(suite.path.parent)
    assert finding.trouble == DAMAGED.key
    assert finding.says == f"{suite.run('batch').events}: 2 of its lines cannot be read, the first is line 3"


def test_a_suite_that_cannot_be_read_keeps_no_other_from_being_looked_at(suite: SuiteFolder) -> None:
    other = made_suite(suite.path.parent)
    other.config_file.write_text("{")
    write(suite, "batch", begun("batch"))
    assert [finding.trouble for finding in wrong(suite.path.parent)] == [NO_SUITE.key, DIED.key]


def test_a_closed_runs_folder_is_one_finding() -> None:
    with open_to_all() as folder, closed(folder):
        assert [finding.trouble for finding in check_suites(folder)] == [CLOSED.key]
