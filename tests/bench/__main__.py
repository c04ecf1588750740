"""``uv run python -m tests.bench NAME [--save]``: measure, print, and keep the JSON in assets/results/."""

import argparse
import json
import os
import platform
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

_RESULTS: Final = Path(__file__).parents[2] / "assets" / "results"
_BENCHES: Final = ("start-up", "keys", "watching", "redraw", "rest")


class _Bench(Protocol):
    def measure(self) -> dict[str, object]:
        """Measure, and return figures with their units in their names."""


def main() -> None:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", choices=_BENCHES)
    parser.add_argument("--save", action="store_true", help="write assets/results/bench-NAME.json")
    options = parser.parse_args()
    bench = cast("_Bench", import_module(f"tests.bench.{options.name.replace('-', '_')}"))
    result = {
        "command": f"uv run python -m tests.bench {options.name}",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        **bench.measure(),
    }
    text = json.dumps(result, indent=1)
    print(text)
    if options.save:
        (_RESULTS / f"bench-{options.name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
