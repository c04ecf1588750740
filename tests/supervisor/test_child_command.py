"""A folder "core" or "tui" where the user stands is never imported, whatever PYTHONPATH holds."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.supervisor.child_command import child_command

_SCRIPT = Path(sys.executable).with_name("cifar-tui")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with packages that say when they are imported."""
    for name in ("core", "tui"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text('open("imported", "w")\nraise SystemExit(9)\n')
    return tmp_path


@pytest.mark.parametrize("path", [":", ".", "{here}", "nowhere:", "", "nowhere::{here}"])
@pytest.mark.parametrize(
    ("command", "status"),
    [(child_command("tui.cli"), 0), (child_command("core.worker"), 1), ([str(_SCRIPT)], 0)],
    ids=["a report", "a worker", "the command"],
)
def test_ours_is_imported(command: Sequence[str], status: int, path: str, here: Path) -> None:
    if command == [str(_SCRIPT)] and not _SCRIPT.exists():
        pytest.skip("the command is not installed here")
    arguments = ["--version"] if status == 0 else [str(here / "no suite")]
    ended = subprocess.run(
        [*command, *arguments],
        cwd=here,
        env=os.environ | {"PYTHONPATH": path.format(here=here)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not (here / "imported").exists()
    assert ended.returncode == status, ended.stderr
    assert ended.stdout.startswith("cifar-tui ") is (status == 0)
