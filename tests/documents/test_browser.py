"""The commands of the page on browsers."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.documents.pages import PROGRAM, arguments, commands, page, understand
from tui.command.serve.token import read_token

PAGE = page("browser")
COMMANDS = [line for line in commands("browser") if PROGRAM.match(line)]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command: str) -> None:
    understand(arguments(command))


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
