"""The tables of measured results: the README's summary, and the reports and seeds behind it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from core.config.presets import LIMITS, RECIPES, LayerNormKind, Norm, Preset
from core.report.markup import table
from core.results.norm_text import AFFINES, norm_name
from tests.documents import RESULTS

REPORTS: Final = ("reference", "tuned")
"""The presets that have a committed report, of one seed."""
_SUMMARY: Final = (
    *("preset", "parameters", *(f"{norm} norm" for norm in Norm)),
    *("layer norm is", "seeds", "minutes"),
)
_REPORTS: Final = (
    *("preset", "norm", "parameters", "test accuracy", "published", "training accuracy"),
    "seconds an epoch",
)
_SEEDS: Final = (
    *("preset", "norm", "parameters"),
    *(
        f"{what}, mean ± standard deviation"
        for what in ("test accuracy", "flip-averaged", "training accuracy")
    ),
    "seeds",
)


def summary_table(results: Path = RESULTS) -> str:
    """Return the README's table: test accuracies of each preset in all three norms, beside the published."""
    reference = _report(results, "reference")
    ours, published = (
        [f"{run['comparison'][figure]:.2%}" for run in reference] for figure in ("last_accuracy", "published")
    )
    rows = [_seeds_summary(results, preset) for preset in ("best", "tuned")]
    parameters = " / ".join(f"{run['comparison']['parameters']:,}" for run in reference)
    minutes = f"{_minutes(results, 'reference'):.0f}"
    kind = AFFINES[RECIPES[Preset.REFERENCE].layer_norm]
    rows.append(("[reference](assets/results/reference.md)", parameters, *ours, kind, "1", minutes))
    rows.append(("as published", parameters, *published, kind, "", ""))
    return table(_SUMMARY, rows)


def _seeds_summary(results: Path, preset: str) -> tuple[str, ...]:
    norms = _read(results / f"bench-seeds-cpu-{preset}.json")["norms"]
    own = [norms[norm] for norm in Norm]
    parameters = " / ".join({f"{figures['parameters']:,}": None for figures in own})
    accuracies = (_spread(figures["test_accuracy_percent"]) for figures in own)
    file = "bench-seeds-cpu-best.json" if preset == "best" else f"{preset}.md"
    seeds = str(len(own[0]["test_accuracy_percent"]["all"]))
    link = f"[{preset}](assets/results/{file})"
    kind = AFFINES[RECIPES[Preset(preset)].layer_norm]
    return (link, parameters, *accuracies, kind, seeds, f"{_minutes(results, preset):.0f}")


def _minutes(results: Path, preset: str) -> float:
    """Return how long all three norms train for the epochs that the limits allow, on two cores."""
    if preset == "best":  # never timed by itself, but against `tuned`
        ratio = _read(results / "bench-cost-cpu-best-tuned-batch.json")["ratio"]["median"]
        return float(ratio) * _minutes(results, "tuned")
    files = (results / f"bench-train-cpu-{preset}-{norm}.json" for norm in Norm)
    epoch = sum(_read(file)["ours"]["seconds_an_epoch"]["median"] for file in files)
    return float(epoch) * LIMITS.epochs / 60


def results_table(results: Path = RESULTS) -> str:
    """Return the table of reports: a row a preset and norm, every figure from the last epoch."""
    return table(_REPORTS, _report_rows(results), left=(0, 1))


def _report_rows(results: Path) -> Iterator[tuple[str, ...]]:
    for preset in REPORTS:
        for run in _report(results, preset):
            figures = run["comparison"]
            yield (
                f"[{preset}](../results/{preset}.md)",
                norm_name(Norm(run["norm"]), LayerNormKind(run["recipe"]["layer_norm"])),
                f"{figures['parameters']:,}",
                f"**{figures['last_accuracy']:.2%}**",
                f"{figures['published']:.2%}" if preset == "reference" else "",
                f"{figures['train_accuracy']:.2%}",
                f"{figures['training_seconds'] + figures['evaluation_seconds']:.1f}",
            )


def seeds_table(results: Path = RESULTS) -> str:
    """Return the table of seeds: a row a preset and norm, means and standard deviations of last epochs."""
    return table(_SEEDS, _seeds_rows(results), left=(0, 1))


def _seeds_rows(results: Path) -> Iterator[tuple[str, ...]]:
    for file in sorted(results.glob("bench-seeds-*.json")):
        figures = _read(file)
        for norm, own in figures["norms"].items():
            yield (
                f"[{figures['preset']}](../results/{file.name})",
                norm_name(Norm(norm), RECIPES[Preset(figures["preset"])].layer_norm),
                f"{own['parameters']:,}",
                f"**{_spread(own['test_accuracy_percent'])}**",
                _spread(own["flip_averaged_percent"]),
                _spread(own["train_accuracy_percent"]),
                str(len(own["test_accuracy_percent"]["all"])),
            )


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


def _spread(percent: Mapping[str, Any]) -> str:
    """Write mean and standard deviation of seeds; the table that has it says so."""
    return f"{percent['mean']:.2f} ± {percent['deviation']:.2f}%"


def _report(results: Path, preset: str) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = _read(results / f"{preset}.json")["runs"]
    return runs


def _read(file: Path) -> Any:  # noqa: ANN401 - each kind of result has its own figures
    return json.loads(file.read_text(encoding="utf-8"))
