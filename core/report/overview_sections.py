"""The report's head: what was trained, and on which images."""

from collections.abc import Iterable, Iterator, Sequence

from core.report import markup
from core.results.labelled_runs import LabelledRun
from core.runs.run_state import RunState


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


def _in_order(words: Iterable[str]) -> list[str]:
    """Return each word once, in the order they first came."""
    return list(dict.fromkeys(words))
