"""The parser of `cifar-tui doctor`."""

import argparse
from pathlib import Path
from typing import Final

from core.config.run_config import settings
from core.config.settings import PositiveNumber, Setting
from tui.command.parsers.shared import DEFAULT_RUNS_DIR, command_parser

PATIENCE: Final = Setting(
    "--timeout", "SECONDS", "how long to wait for torch's import", PositiveNumber(86_400), optional=True
)


def doctor_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui doctor`."""
    parser = command_parser(
        "doctor",
        "Look at this machine: packages, torch, devices, compiler, images, disks, terminal, suites. Say what "
        "is wrong, what that means and what to do; change nothing, and ask no network.",
        "The exit status is 0 where nothing stops training, else 1.",
    )
    parser.add_argument(
        "--runs-dir",
        metavar="FOLDER",
        type=Path,
        default=DEFAULT_RUNS_DIR,
        help="where runs are kept (default: %(default)s)",
    )
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        default="auto",
        help=f"the images to look for: {settings()['data'].kind.wanted} (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="write JSON, for a bug report")
    parser.add_argument(
        PATIENCE.flag, metavar=PATIENCE.metavar, default="120", help=f"{PATIENCE.help} (default: %(default)s)"
    )
    return parser
