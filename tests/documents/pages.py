"""The pages' blocks of code, and the ways in which tests run what stands there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.command.programs import COMMAND
from tests.documents import ROOT
from tui.command.flags import run_grid, suite_values
from tui.command.parsers import train_parser
from tui.command.parsers.commands import COMMAND_PARSERS
from tui.command.parsers.serve import parse_serve

PROGRAM: Final = re.compile(r"(?:\.uv/bin/)?uv run (?:--extra \w+ )?cifar-tui\b")
"""How pages write the program."""

_SERVE: Final = "serve"


def page(name: str) -> str:
    """Return the page `name`, such as "export"."""
    return (ROOT / "assets" / "docs" / f"{name}.md").read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """Return the blocks of code in `language` of the page `name`; there have to be some."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", page(name), flags=re.MULTILINE | re.DOTALL)
    assert found, f"{name}.md has no blocks of {language}"
    return found


def commands(name: str) -> list[str]:
    """Return every line that the page `name` has people type at a shell."""
    return [line for block in blocks(name, "sh") for line in block.splitlines()]


def arguments(command: str) -> list[str]:
    """Return what `command`, which begins with the program, gives it."""
    program = PROGRAM.match(command)
    assert program, command
    return shlex.split(command[program.end() :])


def understand(given: list[str]) -> None:
    """Parse what the program is given, without doing what that asks; raise where it is wrong."""
    parsers = {parser.prog.split()[-1]: parser for parser in (make() for make in COMMAND_PARSERS)}
    if given[:1] == [_SERVE]:
        _, shown = parse_serve(given[1:])
        understand(shown)
    elif given and given[0] in parsers:
        parsers[given[0]].parse_args(given[1:])
    else:
        options = train_parser().parse_args(given)
        assert run_grid(options).runs()
        suite_values(options)


def said(command: list[str], folder: Path) -> str:
    """Run `command` in `folder`; return its standard output, fail where it fails or complains."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def shell(script: str, folder: Path) -> list[str]:
    """Run lines of a page in `folder`, with this program for theirs; return the lines they print."""
    return said(["bash", "-euc", PROGRAM.sub(lambda _: shlex.join(COMMAND), script)], folder).splitlines()


def python(program: str, folder: Path) -> str:
    """Run a page's Python in `folder`, where the repository's packages are and warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-"],
        input=program,
        cwd=folder,
        env=os.environ | {"MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
