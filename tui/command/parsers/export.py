"""The parser of `cifar-tui export`."""

import argparse
from pathlib import Path
from typing import Final

from tui.command.parsers.shared import add_runs_dir, command_parser

FORMATS: Final = ("tensorboard", "csv", "jsonl", "parquet")


def export_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui export`."""
    parser = command_parser(
        "export", "Write every number that runs told for other programs: losses, accuracies, norms, memory."
    )
    parser.add_argument(
        "run",
        metavar="RUN",
        help="a suite's folder, a run's, or a suite's name below the runs folder",
    )
    parser.add_argument(
        "--to",
        metavar="FORMAT",
        choices=FORMATS,
        required=True,
        help=f"one of {', '.join(FORMATS)}; the first and the last need the extra of that name",
    )
    parser.add_argument(
        "--out",
        metavar="PATH",
        type=Path,
        help="the file, or for tensorboard the folder, to write (default: here, named after RUN)",
    )
    add_runs_dir(parser.add_argument, "RUN")
    return parser
