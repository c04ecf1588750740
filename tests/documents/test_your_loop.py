"""What stands on the page of one's own loop, done as it stands there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from core.runs.run_state import Outcome
from tests.documents.pages import page
from tests.tracking.loops import read

PAGE = page("your-loop")
SIGNATURES = re.findall(r"^\| `(?:Run|run\.(\w+))\(", PAGE, flags=re.MULTILINE)


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """Return the folder in which the page's loop has trained."""
    (source,) = re.findall(r"<!-- tested: loop.py -->\n```python\n(.*?)```", PAGE, flags=re.DOTALL)
    (tmp_path / "loop.py").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "loop.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return tmp_path


def test_the_loop_trains_and_its_report_is_written_as_the_page_has_it(trained: Path) -> None:
    run = read(trained / "runs" / "mine")
    assert (run.outcome, run.series["train/loss"].count) == (Outcome.FINISHED, 1_000)
    assert run.series["train/loss"].last < run.series["train/loss"].high
    (command,) = re.findall(r"^cifar-tui (open .* --export \S+)", PAGE, flags=re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-m", "tui.cli", *shlex.split(command)],
        cwd=trained,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "| mine | cifar-tui | finished | 999 | 1 |" in (trained / "report.md").read_text(encoding="utf-8")


def test_every_call_on_the_page_is_there() -> None:
    from core.tracking import Run  # noqa: PLC0415 - as the page has it

    calls = set(filter(None, SIGNATURES))
    public = {name for name in vars(Run) if not name.startswith("_")} - {"fail"}
    assert calls == public
