"""What benchmarks and faults have in common: each has a name, and its figures are kept in assets/results/."""

import argparse
import json
import os
import platform
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Protocol, cast

from core.environment import processor_name
from tests.bytecode import keep_bytecode
from tests.documents import RESULTS


class _Plain(Protocol):
    def measure(self) -> dict[str, object]:
        """Measure, and return figures with their units in their names."""


class _WithOptions(Protocol):
    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the flags of its own."""

    def measure(self, options: argparse.Namespace) -> dict[str, object]:
        """Measure, and return figures with their units in their names."""


class _Named(_WithOptions, Protocol):
    def result_name(self, options: argparse.Namespace) -> str:
        """Name what was measured, for the file: letters and hyphens."""


def main(kind: str, description: str | None, names: Sequence[str], arguments: Sequence[str]) -> None:
    """Run the one of ``tests.<kind>`` that `arguments` begin with, on the rest of them.

    Its module has a function `measure`; where it has `add_options`, that takes what they come to; where it
    has `result_name`, that names the file.
    """
    keep_bytecode()
    chosen = argparse.ArgumentParser(prog=f"python -m tests.{kind}", description=description)
    chosen.add_argument("name", choices=names)
    name = chosen.parse_args(arguments[:1]).name
    module = import_module(f"tests.{kind}.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"python -m tests.{kind} {name}", description=module.__doc__)
    parser.add_argument("--save", action="store_true", help="write the JSON to assets/results/")
    if hasattr(module, "add_options"):
        cast("_WithOptions", module).add_options(parser)
    options = parser.parse_args(arguments[1:])
    if hasattr(module, "result_name"):
        name = f"{name}-{cast('_Named', module).result_name(options)}"
    if hasattr(module, "add_options"):
        figures = cast("_WithOptions", module).measure(options)
    else:
        figures = cast("_Plain", module).measure()
    _keep(kind, name, arguments, figures, save=options.save)


def _keep(kind: str, name: str, arguments: Sequence[str], figures: dict[str, object], *, save: bool) -> None:
    command = shlex.join(word for word in arguments if word != "--save")
    result = {
        "command": f"uv run python -m tests.{kind} {command}",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{processor_name()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        **figures,
    }
    text = json.dumps(result, indent=1)
    print(text)
    if save:
        (RESULTS / f"{kind}-{name}.json").write_text(text + "\n")
