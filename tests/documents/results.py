"""The tables of measured results: the README's summary, and the reports behind it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Final

from core.config.presets import LIMITS, RECIPES, Norm, Preset
from core.report.markup import table
from core.results.norm_text import AFFINES, norm_name
from tests.documents import RESULTS

_Figures = Mapping[str, Any]
"""What a report says of a run beside the others."""
_SUMMARY: Final = (
    *("preset", "parameters", *(f"{norm} norm" for norm in Norm)),
    *("layer norm is", "seeds", "minutes"),
)
_REPORTS: Final = (
    *("preset", "norm", "parameters", "test accuracy", "published", "training accuracy"),
    *("seconds an epoch", "seeds"),
)


def summary_table(results: Path = RESULTS) -> str:
    """Return the README's table: test accuracies of each preset in all three norms, beside the published."""
    reports = {preset: _report(results, preset) for preset in reversed(Preset)}
    published = _by_norm(reports[Preset.REFERENCE])
    rows = [
        *(_summary(preset, _by_norm(runs)) for preset, runs in reports.items()),
        (
            "as published",
            _parameters(published),
            *(f"{runs[0]['published']:.2%}" for runs in published),
            *(_layer_norm(Preset.REFERENCE), "", ""),
        ),
    ]
    return table(_SUMMARY, rows)


def _summary(preset: Preset, norms: Sequence[Sequence[_Figures]]) -> tuple[str, ...]:
    seconds = sum(_seconds(runs) for runs in norms)
    return (
        f"[{preset}](assets/results/{preset}.md)",
        _parameters(norms),
        *(_spread(runs, "last_accuracy") for runs in norms),
        _layer_norm(preset),
        str(len(norms[0])),
        f"{seconds * LIMITS.epochs / 60:.0f}",
    )


def results_table(results: Path = RESULTS) -> str:
    """Return the table of reports: a row a preset and norm, last epochs over the seeds."""
    return table(_REPORTS, _report_rows(results), left=(0, 1))


def _report_rows(results: Path) -> Iterator[tuple[str, ...]]:
    for preset in Preset:
        for norm, runs in zip(Norm, _by_norm(_report(results, preset)), strict=True):
            published = runs[0]["published"]
            yield (
                f"[{preset}](../results/{preset}.md)",
                norm_name(norm, RECIPES[preset].layer_norm),
                f"{runs[0]['parameters']:,}",
                _spread(runs, "last_accuracy"),
                "" if published is None else f"{published:.2%}",
                _spread(runs, "train_accuracy"),
                f"{_seconds(runs):.1f}",
                str(len(runs)),
            )


def verdict_list(results: Path = RESULTS) -> str:
    """Return each preset's verdict on its norms, in the report's words."""
    return "\n".join(
        f"- `{preset}`: {_read(results / f'{preset}.json')['verdict']['lead']}" for preset in Preset
    )


def _by_norm(runs: Sequence[_Figures]) -> list[list[_Figures]]:
    """Return the figures of each norm's seeds."""
    return [[run for run in runs if run["norm"] == norm] for norm in Norm]


def _parameters(norms: Sequence[Sequence[_Figures]]) -> str:
    counts = [f"{runs[0]['parameters']:,}" for runs in norms]
    return counts[0] if len(set(counts)) == 1 else " / ".join(counts)


def _layer_norm(preset: Preset) -> str:
    return AFFINES[RECIPES[preset].layer_norm]


def _seconds(runs: Sequence[_Figures]) -> float:
    """Return the seconds that an epoch takes, its evaluation included, as the mean of the seeds' medians."""
    return fmean(run["training_seconds"] + run["evaluation_seconds"] for run in runs)


def _spread(runs: Sequence[_Figures], figure: str) -> str:
    """Write mean and standard deviation of seeds; the table that has it says so."""
    percent = [100 * run[figure] for run in runs]
    return f"{fmean(percent):.2f} ± {stdev(percent):.2f}%"


def study_text(results: Path = RESULTS) -> str:
    """Return what the committed study comes to: a table of its networks, and its verdict in its words."""
    verdict = _read(results / "study.json")["verdict"]
    header = ("norm", "seeds", "test accuracy, mean", "standard deviation over seeds", "claimed better than")
    rows = [
        (
            one["label"],
            str(one["seeds"]),
            f"**{one['accuracy']:.2%}**" if one["label"] == verdict["best"] else f"{one['accuracy']:.2%}",
            f"{100 * one['deviation']:.2f} points",
            ", ".join(
                pair["behind"]
                for pair in verdict["pairs"]
                if pair["claimed"] and pair["ahead"] == one["label"]
            ),
        )
        for one in verdict["standings"]
    ]
    words = (verdict["lead"], *(pair["words"] for pair in verdict["pairs"]), *verdict["cautions"])
    return "\n\n".join((table(header, rows, left=(0, 4)), *(f"> {sentence}" for sentence in words)))


def _report(results: Path, preset: Preset) -> list[_Figures]:
    return [run["comparison"] for run in _read(results / f"{preset}.json")["runs"]]


def _read(file: Path) -> Any:  # noqa: ANN401 - each kind of result has its own figures
    return json.loads(file.read_text(encoding="utf-8"))
