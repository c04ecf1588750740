"""What the parsers of several commands have in common."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

from core.errors import InputError

DEFAULT_RUNS_DIR: Final = Path("runs")

Add = Callable[..., argparse.Action]
"""The `add_argument` of a parser or of a group of its flags."""


class OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, without the usage before them."""

    def error(self, message: str) -> NoReturn:
        """Raise `message` as an `InputError`, with where to read more."""
        raise InputError(f"{message} (see {self.prog} --help)")


def command_parser(name: str, description: str, epilog: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui NAME`, with no flags of its own yet."""
    return OneLineParser(prog=f"cifar-tui {name}", description=description, epilog=epilog, allow_abbrev=False)


def add_runs_dir(add: Add, given: str) -> None:
    """Add where runs are kept, of a command that is `given` one of them."""
    add(
        "--runs-dir",
        metavar="FOLDER",
        type=Path,
        help=f"where runs are kept (default: where {given} is, else {DEFAULT_RUNS_DIR})",
    )


def add_report_flags(add: Add) -> None:
    """Add whether to train without a screen, and where the report goes."""
    add("--headless", action="store_true", help="train with no screen: progress, then the report")
    add("--export", metavar="FILE", type=Path, help="write the report here: .md with pictures, .json or .csv")
    add(
        "--tensorboard",
        metavar="FOLDER",
        type=Path,
        help="when a suite ends, write its numbers for TensorBoard to a folder of its name in this one",
    )


def add_screen_flags(add: Add) -> None:
    """Add what the dashboard asks of the terminal."""
    add("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    add(
        "--ascii", action="store_true", help="draw with ASCII alone (by itself where the locale is not UTF-8)"
    )
