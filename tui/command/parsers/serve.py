"""The parser of `cifar-tui serve`."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tui.command.parsers.shared import command_parser

LOOPBACK: Final = "127.0.0.1"
_DEFAULT_PORT: Final = 8000
_PORTS: Final = range(65_536)
_DEFAULT_TABS: Final = 4  # each has a worker that waits for a suite: half a gigabyte


def serve_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui serve`; what it does not know is the dashboard's."""
    parser = command_parser(
        "serve",
        "Show the dashboard in a browser, at the address that is printed; every tab gets one of its own. "
        "All other flags are those of cifar-tui; with attach [RUN], they are those of cifar-tui attach.",
        "`cifar-tui serve --demo`, `cifar-tui serve --port 8080 attach`; `--` may stand before what is the "
        "dashboard's: `cifar-tui serve --port 8080 -- --preset best`",
    )
    parser.usage = "%(prog)s [--port N] [--host ADDRESS] [--token-file FILE] [--tabs N] [attach [RUN]] [...]"
    parser.add_argument(
        "--port", metavar="N", type=_port, default=_DEFAULT_PORT, help="default: %(default)s; 0: any free one"
    )
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        default=LOOPBACK,
        help="the address of this machine to be reached at (default: %(default)s, by this machine alone); "
        "for any but a loopback address, whoever comes needs a token",
    )
    parser.add_argument(
        "--token-file",
        metavar="FILE",
        type=Path,
        help="ask for the token in this file, on a loopback address, too (default: where one is needed, a "
        "new one, printed with the address)",
    )
    parser.add_argument(
        "--tabs",
        metavar="N",
        type=_tabs,
        default=_DEFAULT_TABS,
        help="how many dashboards at once (default: %(default)s)",
    )
    return parser


def parse_serve(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return serve's own options, and the arguments of the dashboard that it is to show."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    options, others = serve_parser().parse_known_args(arguments[:at])
    return options, [*others, *arguments[at + 1 :]]


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) not in _PORTS:
        raise argparse.ArgumentTypeError(f"{text}: must be a number from 0 to {_PORTS[-1]}")
    return int(text)


def _tabs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: must be a whole number, 1 or more")
    return int(text)
