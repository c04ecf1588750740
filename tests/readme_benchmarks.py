"""The table of what watching costs in the README, made from the committed benchmarks.

Write it anew with ``uv run python -m tests.readme_benchmarks`` after ``python -m tests.bench NAME --save``.
"""

import json
from typing import Any

from tests.readme_parts import write_part
from tests.readme_results import RESULTS


def benchmarks_table() -> str:
    """Return the table: a row a benchmark."""
    start, keys, watching = _read("start-up"), _read("keys"), _read("watching")
    redraw, rest = _read("redraw"), _read("rest")
    frame, ratio = start["first_frame_seconds"], watching["ratio"]
    rows = (
        (
            "start-up",
            "Enter to the first whole frame",
            f"{frame['median']:.2f} s, median of {len(frame['all'])}",
        ),
        (
            "keys",
            "a key to what it shows, while a worker trains on every core",
            f"{keys['p95_ms']:.0f} ms, 95th percentile of {keys['keys']}",
        ),
        (
            "watching",
            "a suite's time with the dashboard over its time without",
            (
                f"{ratio['median']:.3f}, median of {len(watching['pairs'])} pairs "
                f"({ratio['min']:.3f} to {ratio['max']:.3f})"
            ),
        ),
        (
            "redraw",
            "both plots, three runs of 7,820 steps, 200×60",
            f"{max(layout['median'] for layout in redraw['milliseconds'].values()):.0f} ms",
        ),
        ("rest", "the dashboard once a suite has ended", f"{rest['share_of_one_core']:.1%} of a core"),
    )
    head = ("| benchmark | what | measured |", "| :-- | :-- | --: |")
    lines = (
        f"| [{name}](assets/results/bench-{name}.json) | {what} | {figure} |" for name, what, figure in rows
    )
    return "\n".join((*head, *lines)) + "\n"


def _read(name: str) -> Any:  # noqa: ANN401 - each benchmark has its own figures
    return json.loads((RESULTS / f"bench-{name}.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    write_part("benchmarks", benchmarks_table())
