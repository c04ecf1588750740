"""Every command on the pages on exports and on the event file, run as it stands there."""

import shutil
from pathlib import Path

import pytest

from core.runs.folder import SuiteFolder
from tests.documents import ROOT
from tests.documents.pages import arguments, blocks, python, shell, understand
from tests.report.scalars.scalar_runs import run_events
from tests.runs.made_suites import made_suite, write


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the pages take a clone to be, with a suite called SUITE."""
    folder = tmp_path_factory.mktemp("clone")
    made = made_suite(folder / "runs")
    suite = SuiteFolder(made.path.rename(folder / "runs" / "SUITE"))
    write(suite, "batch", *run_events(2))
    (folder / "assets").mkdir()
    shutil.copy(ROOT / "assets" / "event.schema.json", folder / "assets")
    return folder


def test_what_the_page_on_exports_says(clone: Path) -> None:
    commands, beside_training = blocks("export", "sh")
    understand(arguments(beside_training.strip()))  # tests/command/test_export.py does what it says
    *lines, last = commands.splitlines()
    assert shell("\n".join(lines), clone) == ["SUITE.csv", "batch.jsonl", "SUITE-tensorboard"]
    csv_reader, parquet_reader = blocks("export", "python")
    accuracy = python(csv_reader, clone)
    assert accuracy == f"batch 2 {2 / 9}\n"
    pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    assert shell(last, clone) == ["numbers.parquet"]
    assert python(parquet_reader, clone) == accuracy


def test_what_the_page_on_the_event_file_says_of_python(clone: Path) -> None:
    accuracies, validation = blocks("event-file", "python")
    assert python(accuracies, clone) == f"runs/SUITE/batch {{1: {1 / 9}, 2: {2 / 9}}}\n"
    assert python(validation, clone) == ""


@pytest.mark.skipif(shutil.which("jq") is None, reason="no jq")
def test_what_the_page_on_the_event_file_says_of_jq(clone: Path) -> None:
    (commands,) = blocks("event-file", "sh")
    found = shell(commands, clone)
    assert [line.split("\t")[0] for line in found[:2]] == ["1", "2"]
    assert len(found) == 2 + 2 * 4
