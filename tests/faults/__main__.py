"""``uv run python -m tests.faults NAME [--save]``: the long forms of what the tests try, with their figures.

They take minutes to hours, print what was found, and keep it as JSON in assets/results/ where that is wanted.
"""

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from core.environment import processor_name

_RESULTS: Final = Path(__file__).parents[2] / "assets" / "results"
_NAMES: Final = ("exits", "resume")


class _Trial(Protocol):
    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the trial's own flags."""

    def measure(self, options: argparse.Namespace) -> dict[str, object]:
        """Try, and return what was found."""


def main(arguments: Sequence[str]) -> None:
    """Run one trial."""
    chosen = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    chosen.add_argument("name", choices=_NAMES)
    name = chosen.parse_args(arguments[:1]).name
    trial = cast("_Trial", import_module(f"tests.faults.{name}"))
    parser = argparse.ArgumentParser(prog=f"python -m tests.faults {name}", description=trial.__doc__)
    parser.add_argument("--save", action="store_true", help="write the JSON to assets/results/")
    trial.add_options(parser)
    options = parser.parse_args(arguments[1:])
    machine = {"processor": processor_name(), "python": platform.python_version()}
    found = json.dumps({"machine": machine} | trial.measure(options), indent=2) + "\n"
    print(found)
    if options.save:
        (_RESULTS / f"faults-{name}.json").write_text(found, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
