"""``uv run python -m tests.faults NAME [--save]``: break what can break, count what held, and keep the JSON.

It goes to assets/results/; each has options of its own: ``uv run python -m tests.faults fuzz --help``.
"""

import argparse
import json
import os
import platform
import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from core.environment import processor_name

_RESULTS: Final = Path(__file__).parents[2] / "assets" / "results"
_FAULTS: Final = ("exits", "fuzz", "resume")


class _Fault(Protocol):
    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the flags of its own."""

    def measure(self, options: argparse.Namespace) -> dict[str, object]:
        """Break things, and return how often that was survived."""


def main(arguments: Sequence[str]) -> None:
    """Run one of them."""
    chosen = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    chosen.add_argument("name", choices=_FAULTS)
    name = chosen.parse_args(arguments[:1]).name
    fault = cast("_Fault", import_module(f"tests.faults.{name.replace('-', '_')}"))
    parser = argparse.ArgumentParser(prog=f"python -m tests.faults {name}", description=fault.__doc__)
    parser.add_argument("--save", action="store_true", help="write the JSON to assets/results/")
    fault.add_options(parser)
    options = parser.parse_args(arguments[1:])
    figures = fault.measure(options)
    command = shlex.join(word for word in arguments if word != "--save")
    result = {
        "command": f"uv run python -m tests.faults {command}",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{processor_name()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        **figures,
    }
    text = json.dumps(result, indent=1)
    print(text)
    if options.save:
        (_RESULTS / f"faults-{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
