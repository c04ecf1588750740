"""The commands of the page on clusters that can be run on one machine; they need the extra `ray`."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.command.programs import COMMAND
from tests.documents.pages import page
from tests.worker.cluster import needs_ray
from tui.command.parsers.train import train_parser

LINES = page("cluster").replace("\\\n", "").splitlines()
COMMANDS = [line for line in LINES if "cifar-tui --headless" in line]
LAPTOP = "cifar-tui --headless --demo --engine ray"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_flag_on_the_page_is_there(command: str) -> None:
    flags = shlex.split(re.sub(r".*cifar-tui ", "", command.strip()))
    assert train_parser().parse_args(flags).headless


@needs_ray
def test_the_laptops_command(tmp_path: Path) -> None:
    (command,) = (line for line in COMMANDS if line.startswith(LAPTOP))
    small = ("--norm", "batch", "--limit-train", "64", "--limit-test", "50")
    typed = [*COMMAND, *shlex.split(command)[1:], *small]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    ended = subprocess.run(typed, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "report.md\n"
    assert "trains on the cluster" in (tmp_path / "report.md").read_text(encoding="utf-8")
