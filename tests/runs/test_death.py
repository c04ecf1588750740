import signal
from pathlib import Path

import pytest

from core.results.outcome_text import outcome_words
from core.runs.death import lost
from core.runs.folder import SuiteFolder
from core.runs.run_state import Outcome
from core.runs.suite_state import states_in
from tests.runs.made_suites import at_work, begun, made_suite, write

TRACEBACK = """\
Traceback (most recent call last):
  File "/x/core/worker/__main__.py", line 90, in <module>
    sys.exit(main(sys.argv[1:]))
OSError: [Errno 5] Input/output error
"""
CRASH = f"""\
torch says something
Fatal Python error: Segmentation fault

Current thread 0x00007f0000000000 (most recent call first):
{"".join(f'  File "layer.py", line {n} in forward{chr(10)}' for n in range(40))}
Extension modules: numpy, torch._C (total: 2)
"""


@pytest.fixture
def folder(tmp_path: Path) -> SuiteFolder:
    return made_suite(tmp_path)


@pytest.mark.parametrize(
    ("exit_code", "written", "cause"),
    [
        (1, "", "its process exited without recording an end, exit code 1"),
        (None, "", "its process exited without recording an end"),
        (
            1,
            TRACEBACK,
            "its process exited without recording an end, exit code 1; OSError: [Errno 5] Input/output error",
        ),
        (-signal.SIGSEGV, CRASH, "its process was ended by a signal (SIGSEGV); Segmentation fault"),
        (-200, "", "its process was ended by a signal (200)"),
    ],
)
def test_what_is_known_of_a_death_is_said(
    folder: SuiteFolder, exit_code: int | None, written: str, cause: str
) -> None:
    folder.stderr.write_text(written)
    assert lost(folder, exit_code).cause == cause


def test_a_kill_names_what_takes_less_memory(folder: SuiteFolder) -> None:
    cause = lost(folder, -signal.SIGKILL).cause
    assert cause.startswith("its process was killed (SIGKILL), as the system does where memory runs out: ")
    assert "--batch-size" in cause


def test_of_a_crash_the_beginning_is_kept(folder: SuiteFolder) -> None:
    folder.stderr.write_text(CRASH)
    first, *others = lost(folder, -11).stderr_tail.splitlines()
    assert first == "Fatal Python error: Segmentation fault"
    assert len(others) == 19


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    end = lost(SuiteFolder(tmp_path / "gone"), 1)
    assert f"{tmp_path / 'gone'}: cannot be written (No such file or directory); the folder was" in end.cause


@pytest.mark.parametrize("of_a_run", [False, True])
def test_a_dead_run_is_read_as_lost_and_a_living_one_as_it_is(folder: SuiteFolder, *, of_a_run: bool) -> None:
    path = folder.run("batch").path if of_a_run else folder.path
    with at_work(folder):
        write(folder, "batch", begun("batch"))
        assert states_in(path)[0].outcome is Outcome.RUNNING
    folder.stderr.write_text(TRACEBACK)
    before = {file: file.read_bytes() for file in folder.path.rglob("*") if file.is_file()}
    run = states_in(path)[0]
    assert outcome_words(run).startswith("lost after 0 of 4 epochs: its process exited without")
    assert run.updated_at == run.started_at
    assert before == {file: file.read_bytes() for file in folder.path.rglob("*") if file.is_file()}
