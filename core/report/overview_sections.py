"""The report's first part: what was trained, the results against the limits, the runs side by side."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from core.report import markup
from core.report.picture_plan import overlay_pictures
from core.results import number_format, table_notes
from core.results.comparison import (
    Measure,
    RunFigures,
    Verdict,
    has_flip_averages,
    is_whole_cifar10,
    leaders,
    measures,
)
from core.results.labelled_runs import LabelledRun
from core.results.norm_text import layer_norm_notes
from core.results.outcome_text import outcome_words
from core.results.study_verdict import StudyVerdict, study_verdict
from core.runs.run_state import RunState

_ON_BOLD: Final = "Bold is the best value, where that is beyond luck."


def title(runs: Sequence[LabelledRun]) -> str:
    """Return the heading: the data, the norms, the preset."""
    labels = _in_order(run.state.data.label for run in runs if run.state.data)
    norms = _in_order(str(run.norm) for run in runs if run.norm)
    presets = _in_order(f"`{run.state.started.config.preset}`" for run in runs if run.state.started)
    subject = f"{markup.listed(norms)} normalization" if norms else "training runs"
    data = f"{markup.escaped(markup.listed(labels))}: " if labels else ""
    words = f"{data}{subject}" if data else subject.capitalize()
    ending = f", {markup.listed(presets)} preset{'s' if len(presets) > 1 else ''}" if presets else ""
    return f"# {words}{ending}"


def data_notes(runs: Sequence[LabelledRun]) -> tuple[str, ...]:
    """Return a note where the images are not all of CIFAR-10, so that no number misleads."""
    notes: dict[str, list[str]] = {}
    started = [run for run in runs if run.state.started]
    for run in started:
        for text in _data_remarks(run.state):
            notes.setdefault(text, []).append(run.label)
    return tuple(
        markup.note(text if len(labels) == len(started) else f"{markup.escaped('; '.join(labels))}: {text}")
        for text, labels in notes.items()
    )


def summary_section(runs: Sequence[LabelledRun], figures: Sequence[RunFigures]) -> tuple[str, ...]:
    """Return the table of results, a row a run, and how to read it."""
    published = any(run.published is not None for run in figures)
    averaged = has_flip_averages(figures)
    header = ["Norm", "Parameters", "Epochs", "Last epoch"]
    header += ["Published", "Difference"] if published else []
    header += ["Flip-averaged"] if averaged else []
    header += ["Best epoch", "Limits", "State"]
    rows = [
        _summary_row(run, own, published=published, averaged=averaged)
        for run, own in zip(runs, figures, strict=True)
    ]
    reading = [table_notes.RESULT, table_notes.LIMITS_TEXT]
    reading += map(markup.escaped, layer_norm_notes(runs))
    if published:
        reading.append(
            "Published is the test accuracy of the published run after its epoch 20; " + _fairness(runs)
        )
    if averaged:
        reading.append(table_notes.FLIP_AVERAGES)
    texts = (0, len(header) - 2, len(header) - 1)
    return "## Summary", markup.table(header, rows, left=texts), *reading


def comparison_section(
    runs: Sequence[LabelledRun], figures: Sequence[RunFigures], folder: str
) -> tuple[str, ...]:
    """Return the runs side by side, a column a run, and the pictures in `folder` that show them together."""
    header = ["", *(markup.escaped(run.label) for run in runs)]
    verdict = study_verdict(runs)
    pictures = overlay_pictures(runs)
    shown = [markup.image(picture.alternative, f"{folder}/{picture.file}") for picture in pictures]
    return (
        "## Comparison",
        markup.table(header, [_measure_row(measure, figures, verdict) for measure in measures(figures)]),
        f"{_ON_BOLD} {table_notes.TRAINING}",
        *(shown or ["No epoch has been evaluated yet, so there is no curve to draw."]),
    )


def _data_remarks(state: RunState) -> Iterator[str]:
    if state.started is None:
        return
    config = state.started.config
    if config.data == "demo" or (state.data and state.data.source == "demo"):
        yield "This is the procedural demo set, not CIFAR-10."
    if config.limit_train is not None:
        yield f"Only {config.limit_train:,} training images are used (`--limit-train`)."
    if config.limit_test is not None:
        yield f"Only {config.limit_test:,} test images are used (`--limit-test`)."


def _summary_row(run: LabelledRun, figures: RunFigures, *, published: bool, averaged: bool) -> list[str]:
    wanted = number_format.count(figures.epochs_wanted)
    last = number_format.percent(figures.last_accuracy)
    best = number_format.percent(figures.best_accuracy)
    if figures.best_epoch is not None:
        last = f"**{last}**"
        best += f" (epoch {figures.best_epoch})"
    row = [
        markup.escaped(run.label),
        number_format.count(figures.parameters),
        f"{figures.epochs_evaluated} of {wanted}",
        last,
    ]
    if published:
        row += [number_format.percent(figures.published), number_format.points(figures.against_published)]
    if averaged:
        row.append(number_format.percent(figures.flip_averaged_accuracy))
    return [*row, best, _verdict_words(figures.verdict), markup.escaped(outcome_words(run.state))]


def _verdict_words(verdict: Verdict) -> str:
    if verdict.met is None:
        return f"{number_format.NO_VALUE} ({'; '.join(verdict.reasons)})"
    return "✅ all met" if verdict.met else f"❌ {'; '.join(verdict.reasons)}"


def _fairness(runs: Sequence[LabelledRun]) -> str:
    """Say what the difference is in, and where the images are not quite those of the published run."""
    labels = {run.state.data.label for run in runs if run.state.data and is_whole_cifar10(run.state)}
    if labels == {"CIFAR-10"}:
        return "the difference is in percentage points."
    return (
        "the difference is in percentage points. The published run read the original images, these runs read "
        "JPEG copies of them, which can cost a little accuracy."
    )


def _measure_row(measure: Measure, figures: Sequence[RunFigures], verdict: StudyVerdict) -> list[str]:
    best = leaders(measure, figures, verdict)
    texts = [measure.text(measure.value(run)) for run in figures]
    return [measure.name, *(f"**{text}**" if i in best else text for i, text in enumerate(texts))]


def _in_order(words: Iterable[str]) -> list[str]:
    """Return each word once, in the order they first came."""
    return list(dict.fromkeys(words))
