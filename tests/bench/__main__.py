"""``uv run python -m tests.bench NAME [--save]``: measure, print, and keep the JSON in assets/results/.

Those of `_BENCHES_WITH_OPTIONS` have options of their own:
``uv run python -m tests.bench train --help``.
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
_BENCHES: Final = ("start-up", "keys", "settings-keys", "watching", "redraw", "rest", "event-log")
_BENCHES_WITH_OPTIONS: Final = (
    "train",
    "cost",
    "suite",
    "accuracy",
    "search",
    "ablation",
    "verdict",
    "checkpoint",
)


class _Bench(Protocol):
    def measure(self) -> dict[str, object]:
        """Measure, and return figures with their units in their names."""


class _BenchWithOptions(Protocol):
    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the bench's own flags."""

    def result_name(self, options: argparse.Namespace) -> str:
        """Name what was measured, for the file: letters and hyphens."""

    def measure(self, options: argparse.Namespace) -> dict[str, object]:
        """Measure, and return figures with their units in their names."""


def main(arguments: Sequence[str]) -> None:
    """Run one benchmark."""
    chosen = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    chosen.add_argument("name", choices=(*_BENCHES, *_BENCHES_WITH_OPTIONS))
    name = chosen.parse_args(arguments[:1]).name
    module = import_module(f"tests.bench.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"python -m tests.bench {name}", description=module.__doc__)
    parser.add_argument("--save", action="store_true", help="write the JSON to assets/results/")
    if name in _BENCHES_WITH_OPTIONS:
        bench = cast("_BenchWithOptions", module)
        bench.add_options(parser)
        options = parser.parse_args(arguments[1:])
        name = f"{name}-{bench.result_name(options)}"
        figures = bench.measure(options)
    else:
        options = parser.parse_args(arguments[1:])
        figures = cast("_Bench", module).measure()
    _keep(name, arguments, figures, save=options.save)


def _keep(name: str, arguments: Sequence[str], figures: dict[str, object], *, save: bool) -> None:
    command = shlex.join(word for word in arguments if word != "--save")
    result = {
        "command": f"uv run python -m tests.bench {command}",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{processor_name()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        **figures,
    }
    text = json.dumps(result, indent=1)
    print(text)
    if save:
        (_RESULTS / f"bench-{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
