"""Every command on the pages on exports and on the event file, run as it stands there."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.runs.folder import SuiteFolder
from tests.command.programs import COMMAND
from tests.documents import ROOT
from tests.report.scalars.scalar_runs import run_events
from tests.runs.made_suites import made_suite, write

_PAGES = ROOT / "assets" / "docs"
_PROGRAM = re.compile(r"uv run (--extra \w+ )?cifar-tui")


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


def _blocks(page: str, language: str) -> list[str]:
    text = (_PAGES / page).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    assert found
    return found


def _said(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def _shell(script: str, folder: Path) -> list[str]:
    return _said(["bash", "-euc", _PROGRAM.sub(shlex.join(COMMAND), script)], folder).splitlines()


def _python(script: str, folder: Path) -> list[str]:
    return _said([sys.executable, "-P", "-c", script], folder).splitlines()


def test_what_the_page_on_exports_says(clone: Path) -> None:
    (commands,) = _blocks("export.md", "sh")
    *lines, last = commands.splitlines()
    assert _shell("\n".join(lines), clone) == ["SUITE.csv", "batch.jsonl", "SUITE-tensorboard"]
    csv_reader, parquet_reader = _blocks("export.md", "python")
    (accuracy,) = _python(csv_reader, clone)
    assert accuracy == f"batch 2 {2 / 9}"
    pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    assert _shell(last, clone) == ["numbers.parquet"]
    assert _python(parquet_reader, clone) == [accuracy]


def test_what_the_page_on_the_event_file_says_of_python(clone: Path) -> None:
    accuracies, validation = _blocks("event-file.md", "python")
    assert _python(accuracies, clone) == [f"runs/SUITE/batch {{1: {1 / 9}, 2: {2 / 9}}}"]
    assert _python(validation, clone) == []


@pytest.mark.skipif(shutil.which("jq") is None, reason="no jq")
def test_what_the_page_on_the_event_file_says_of_jq(clone: Path) -> None:
    (commands,) = _blocks("event-file.md", "sh")
    found = _shell(commands, clone)
    assert [line.split("\t")[0] for line in found[:2]] == ["1", "2"]
    assert len(found) == 2 + 2 * 4
