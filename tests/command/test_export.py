"""`cifar-tui export`: which runs it finds, what it says, and what it refuses."""

import csv
import shutil
from pathlib import Path

import pytest

from core.errors import InputError
from core.report.scalars import Format
from core.runs.folder import SuiteFolder
from tests.command.programs import QUICK, everything_in, refused, run
from tests.report.scalars.scalar_runs import OPENING, epoch_events, run_events
from tests.runs.made_suites import made_suite, write
from tui.cli import main
from tui.command.export import export_below
from tui.command.parsers.export import FORMATS


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SuiteFolder:
    """A suite below the runs folder of where the test stands: batch has finished, group has not begun."""
    monkeypatch.chdir(tmp_path)
    folder = made_suite(tmp_path / "runs")
    write(folder, "batch", *run_events(1))
    return folder


def _runs_in(file: Path) -> set[str]:
    with file.open(encoding="utf-8", newline="") as text:
        return {row["run"] for row in csv.DictReader(text)}


def test_the_flag_offers_every_format() -> None:
    assert set(FORMATS) == set(Format)


def test_a_suite_is_found_by_its_name_and_a_script_gets_the_path(tmp_path: Path, suite: SuiteFolder) -> None:
    done = run("export", suite.path.name, "--to", "csv", cwd=tmp_path)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{suite.path.name}.csv\n")
    assert _runs_in(tmp_path / f"{suite.path.name}.csv") == {"batch"}


@pytest.mark.parametrize("to", ["tensorboard", "jsonl"])
def test_whatever_way_a_run_is_named_it_is_found(
    tmp_path: Path, suite: SuiteFolder, capsys: pytest.CaptureFixture[str], to: str
) -> None:
    for number, wanted in enumerate(
        (f"{suite.path}/batch", f"{suite.path.name}/batch", str(suite.path), f"runs/{suite.path.name}/")
    ):
        assert main(["export", wanted, "--to", to, "--out", f"out-{number}"]) == 0
        assert capsys.readouterr().out == f"out-{number}\n"
    first, *others = (everything_in(tmp_path / f"out-{number}") for number in range(4))
    assert all(other == first for other in others)


def test_a_run_without_its_suite_and_runs_elsewhere(tmp_path: Path, suite: SuiteFolder) -> None:
    shutil.copytree(suite.run("batch").path, tmp_path / "alone")
    assert main(["export", "alone", "--to", "csv"]) == 0
    assert _runs_in(tmp_path / "alone.csv") == {"alone"}
    assert main(["export", "runs/" + suite.path.name + "/batch", "--to", "csv"]) == 0
    assert _runs_in(tmp_path / f"{suite.path.name}-batch.csv") == {"batch"}
    (tmp_path / "runs").rename(tmp_path / "kept")
    assert main(["export", suite.path.name, "--to", "csv", "--runs-dir", "kept"]) == 0
    assert _runs_in(tmp_path / f"{suite.path.name}.csv") == {"batch"}


def test_a_run_under_way_is_told_as_far_as_it_is(tmp_path: Path, suite: SuiteFolder) -> None:
    write(suite, "group", *OPENING, *epoch_events(1)[:3])
    with (suite.run("group").events).open("a", encoding="utf-8") as file:
        file.write('{"v":1,"seq":')  # the worker is writing
    assert main(["export", suite.path.name, "--to", "csv"]) == 0
    assert _runs_in(tmp_path / f"{suite.path.name}.csv") == {"batch", "group"}


def test_what_is_wrong_is_one_line_and_nothing_is_written(
    tmp_path: Path, suite: SuiteFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    made_suite(tmp_path / "waiting")
    name = suite.path.name
    wrong = {
        ("nowhere", "--to", "csv"): "export nowhere: must be a suite's folder",
        ("empty", "--to", "csv"): "export empty: must be a suite's folder",
        (f"waiting/{name}", "--to", "csv"): "no run of it has started",
        (name, "--to", "xlsx"): "'tensorboard', 'csv', 'jsonl', 'parquet'",
        (name,): "--to",
        ("--to", "csv"): "RUN",
        (name, "--to", "tensorboard", "--out", "full"): "is a folder that is not empty",
        (name, "--to", "jsonl", "--out", f"runs/{name}/batch/events.jsonl"): "among runs' own files",
    }
    before = everything_in(tmp_path)
    for arguments, words in wrong.items():
        assert main(["export", *arguments]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert words in told.err
        assert told.err.count("\n") == 1
    assert everything_in(tmp_path) == before


def test_the_numbers_are_written_when_a_suite_ends(tmp_path: Path) -> None:
    command = (*QUICK, "--norm", "batch", "--export", "report.json", "--tensorboard", "numbers/all")
    done = run(*command, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "report.json\n"), done.stderr
    (suite,) = (tmp_path / "runs").iterdir()
    (place,) = (tmp_path / "numbers" / "all").iterdir()
    assert place.name == suite.name
    assert f"for TensorBoard: numbers/all/{suite.name}" in done.stderr
    assert list((place / "batch").glob("events.out.tfevents.*"))
    again = run(*command, cwd=tmp_path)  # nothing is left to train; what was written stays as it is
    assert again.returncode == 0, again.stderr
    assert {found.name for found in place.parent.iterdir()} == {suite.name, f"{suite.name}-2"}


def test_a_folder_that_cannot_be_is_refused_before_training(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    done = refused(*QUICK, "--tensorboard", "file/numbers", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "cifar-tui: --tensorboard file/numbers: must be a folder that can be written\n"
    assert not (tmp_path / "runs").exists()


def test_a_suite_of_which_no_run_has_started_gets_no_folder(tmp_path: Path) -> None:
    suite = made_suite(tmp_path / "runs")
    with pytest.raises(InputError, match="no run of it has started"):
        export_below(tmp_path / "numbers", suite.path)
    assert not (tmp_path / "numbers").exists()
