"""The table of benchmarks."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from core.report.markup import table
from tests.documents import RESULTS
from tests.documents.training_speed import training_rows

Row = tuple[str, str]
"""What was measured, and the figure."""


def benchmarks_table(results: Path = RESULTS) -> str:
    """Return the table: the rows of every benchmark that has a file in `results`, in the order of `_ROWS`."""
    return table(("benchmark", "what", "measured"), _rows(results), left=(0, 1))


def verdict_table(results: Path = RESULTS) -> str:
    """Return how often the verdict errs and how often it sees, a row a kind of simulated study."""
    figures = _read(results / "bench-verdict-simulated.json")
    rows = [
        (
            name,
            f"{100 * shares['studies_with_a_false_claim']:.1f}%",
            ""
            if shares["true_differences_claimed"] is None
            else f"{100 * shares['true_differences_claimed']:.1f}%",
        )
        for name, shares in figures["cases"].items()
    ]
    header = (
        f"{figures['studies']:,} studies each",
        "studies with a false claim",
        "true differences claimed",
    )
    return table(header, rows)


def _rows(results: Path) -> Iterator[tuple[str, str, str]]:
    for pattern, rows in _ROWS.items():
        for file in sorted(results.glob(f"bench-{pattern}.json")):
            name = file.stem.removeprefix("bench-")
            for what, figure in rows(_read(file)):
                yield f"[{name}](../results/{file.name})", what, figure


def _read(file: Path) -> Any:  # noqa: ANN401 - each benchmark has its own figures
    return json.loads(file.read_text(encoding="utf-8"))


def _start_up(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    frame = figures["first_frame_seconds"]
    yield "Enter to the first whole frame", f"{frame['median']:.2f} s, median of {len(frame['all'])}"
    if "version_seconds" in figures:
        answers = (figures["help_seconds"], figures["version_seconds"])
        slower = max(answers, key=lambda answer: answer["median"])
        yield (
            "`--help` and `--version`, the slower of the two",
            f"{slower['median']:.2f} s, median of {len(slower['all'])}",
        )


def _curves(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    taken = figures["seconds_from_the_command"]
    yield (
        "Enter after `cifar-tui --demo`, and Enter again, to three moving curves",
        f"{taken['median']:.1f} s, median of {len(taken['all'])}",
    )


def _writer(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    step = figures["processor_microseconds_a_step"]
    yield (
        "two numbers that a plain PyTorch loop logs at every step, the writer's thread included",
        f"{step['median']:.0f} µs a step of processor time, median of {len(step['all'])} turns",
    )
    taken = figures["import_milliseconds"]
    yield "the import of the writer", f"{taken['median']:.0f} ms, median of {len(taken['all'])}"


def _keys(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    yield (
        "a key to what it shows, while a worker trains on every core",
        f"{figures['p95_ms']:.0f} ms, 95th percentile of {figures['keys']}",
    )


def _watching(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    yield (
        f"`{figures['suite']}`: its time with the dashboard over its time without",
        f"{_spread(figures['ratio'], '.3f', len(figures['pairs']))}",
    )


def _redraw(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    slowest = max(layout["median"] for layout in figures["milliseconds"].values())
    yield "both plots, three runs of 7,820 steps, 200×60", f"{slowest:.0f} ms"


def _rest(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    yield "the dashboard once a suite has ended", f"{figures['share_of_one_core']:.1%} of a core"


def _event_log(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    rates = figures["ranges_of_12_steps"]
    written, tailed = (rates[name]["median"] for name in ("written_a_second", "tailed_a_second"))
    yield "events written, and tailed, a second", f"{written:,} and {tailed:,}"


def _cost(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    (preset, own), (against, other) = figures["seconds_an_epoch"].items()
    yield (
        f"{figures['norm']} norm: an epoch of `{preset}`, and of `{against}`",
        f"{own['median']:.3g} s and {other['median']:.3g} s",
    )
    yield (
        f"{figures['norm']} norm: `{preset}` ÷ `{against}`",
        _spread(figures["ratio"], ".2f", len(figures["ratio"]["all"])),
    )


def _suite(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    for value, measured in figures["parallel"].items():
        flag = "" if len(figures["parallel"]) == 1 else f", `--parallel {value}`"
        yield (
            f"`{figures['suite']}`{flag}: training and evaluation, and the whole command",
            (
                f"{measured['at_work_seconds']:.1f} s and {measured['wall_seconds']:.1f} s, "
                f"median of {len(measured['suites'])}"
            ),
        )


def _accuracy(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    (_, fast), (other, slow) = figures["test_accuracy_percent"].items()
    ways = "the fast path, and by the plain one" if other == "plain" else "products in bf16, and of floats"
    difference = figures["difference_points"]
    run = f"`{figures['preset']}`, {figures['norm']} norm, {figures['epochs']} epochs"
    yield (
        f"{run}: test accuracy by {ways}",
        (
            f"{fast['mean']:.2f}% and {slow['mean']:.2f}%, means of {figures['seeds']} seeds; "
            f"{difference['mean']:+.2f} ± {difference['standard_error']:.2f} points (standard error)"
        ),
    )


def _checkpoint(figures: Any) -> Iterator[Row]:  # noqa: ANN401
    yield (
        f"epochs of {figures['images_an_epoch']:,} images: training time with checkpoints over it without",
        _spread(figures["ratio"], ".3f", len(figures["ratio"]["all"])),
    )


def _spread(ratio: dict[str, float], form: str, pairs: int) -> str:
    return (
        f"{ratio['median']:{form}}, median of {pairs} pairs ({ratio['min']:{form}} to {ratio['max']:{form}})"
    )


_ROWS: Final[dict[str, Callable[[Any], Iterator[Row]]]] = {
    "train-*": training_rows,
    "cost-*": _cost,
    "suite-*": _suite,
    "accuracy-*": _accuracy,
    "checkpoint-*": _checkpoint,
    "start-up": _start_up,
    "curves": _curves,
    "keys": _keys,
    "watching-*": _watching,
    "redraw": _redraw,
    "rest": _rest,
    "event-log": _event_log,
    "writer": _writer,
}
