"""The parsers of the commands that are given suites or runs."""

import argparse
from pathlib import Path

from tui.command.parsers.shared import add_report_flags, add_runs_dir, add_screen_flags, command_parser


def attach_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui attach`."""
    parser = command_parser(
        "attach", "Show a suite in the dashboard: live while it trains, whoever started it, else replayed."
    )
    parser.add_argument(
        "run",
        metavar="RUN",
        nargs="?",
        help="a suite's folder, a run's folder in it, or a suite's name below the runs folder "
        "(default: the newest suite that is training, else the newest)",
    )
    add_runs_dir(parser.add_argument, "RUN")
    add_screen_flags(parser.add_argument)
    return parser


def resume_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui resume`."""
    parser = command_parser(
        "resume", "Go on with a suite exactly where it stopped: with every run that has not finished."
    )
    parser.add_argument(
        "suite", metavar="SUITE", help="the suite's folder, or its name below the runs folder"
    )
    parser.add_argument("runs", metavar="RUN", nargs="*", help="go on with these of its runs alone")
    parser.add_argument(
        "--fresh", action="store_true", help="train them from scratch, whatever checkpoints there are"
    )
    add_runs_dir(parser.add_argument, "SUITE")
    parser.add_argument(
        "--epochs",
        metavar="N",
        help="train finished runs longer, to N epochs in all, where they have --schedule constant",
    )
    add_report_flags(parser.add_argument)
    add_screen_flags(parser.add_argument)
    return parser


def report_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui report`."""
    parser = command_parser("report", "Make a report again from event files alone.")
    parser.add_argument(
        "runs", metavar="RUNS", nargs="+", type=Path, help="a suite's folder, or single runs'"
    )
    parser.add_argument(
        "--export", metavar="FILE", type=Path, required=True, help="a .md, .json or .csv file"
    )
    return parser
