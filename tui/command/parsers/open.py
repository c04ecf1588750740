"""The parser of `cifar-tui open`."""

import argparse
from pathlib import Path

from tui.command.parsers.shared import add_screen_flags, command_parser


def open_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui open`."""
    parser = command_parser(
        "open",
        "Show the runs of other training loops, live or at rest: what core.tracking recorded, and what "
        "TensorBoard, Lightning, Hugging Face, W&B, trackio, a CSV or JSONL file have.",
    )
    parser.add_argument(
        "paths", metavar="PATH", nargs="+", type=Path, help="a file, or a folder that is searched for runs"
    )
    parser.add_argument(
        "--export",
        metavar="FILE",
        type=Path,
        help="write a report here instead of opening a screen: .md or .json",
    )
    parser.add_argument(
        "--metric",
        metavar="TAG",
        help="what the report judges the runs by (default: an accuracy of unseen data, else a loss)",
    )
    parser.add_argument(
        "--goal",
        metavar="GOAL",
        choices=("most", "least"),
        help="whether most of it is best, or least (default: by its name)",
    )
    add_screen_flags(parser.add_argument)
    return parser
