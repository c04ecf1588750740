"""The commands of the page on browsers."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.documents import ROOT
from tui.command.flags import run_grid
from tui.command.parsers.serve import parse_serve
from tui.command.parsers.suites import attach_parser
from tui.command.parsers.train import train_parser
from tui.command.serve.token import read_token

PAGE = (ROOT / "assets" / "docs" / "browser.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^uv run cifar-tui serve (.*)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command: str) -> None:
    _, shown = parse_serve(shlex.split(command))
    if shown[:1] == ["attach"]:
        attach_parser().parse_args(shown[1:])
    else:
        assert run_grid(train_parser().parse_args(shown)).runs()


def test_there_are_commands_and_every_flag_of_serve_is_told() -> None:
    assert len(COMMANDS) >= 6
    for flag in ("--port", "--host", "--token-file", "--tabs"):
        assert f"`{flag}`" in PAGE


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_token_that_is_made_is_taken_and_nobody_else_reads_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (command,) = re.findall(r"^\(umask.*$", PAGE, re.MULTILINE)
    subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=True)
    assert len(read_token(tmp_path / "token")) == 64
    assert capsys.readouterr().err == ""
