"""The report's head: what was trained, and on which images."""

from collections.abc import Iterable, Sequence

from core.report import markup
from core.results.data_cautions import data_cautions
from core.results.labelled_runs import LabelledRun
from core.results.preset_text import network_texts, preset_texts


def title(runs: Sequence[LabelledRun]) -> str:
    """Return the heading: the data, the norms, the preset."""
    labels = _in_order(run.state.data.label for run in runs if run.state.data)
    norms = _in_order(str(run.norm) for run in runs if run.norm)
    configs = [run.state.started.config for run in runs if run.state.started]
    presets, networks = preset_texts(configs), list(map(markup.escaped, network_texts(configs)))
    subject = f"{markup.listed(norms)} normalization" if norms else "training runs"
    data = f"{markup.escaped(markup.listed(labels))}: " if labels else ""
    words = f"{data}{subject}" if data else subject.capitalize()
    if networks:
        return f"# {words}, {markup.listed(networks)}, recipe of {markup.listed(presets)}"
    ending = f", {markup.listed(presets)} preset{'s' if len(presets) > 1 else ''}" if presets else ""
    return f"# {words}{ending}"


def data_notes(runs: Sequence[LabelledRun]) -> tuple[str, ...]:
    """Return a note for each thing to keep in mind of the images, so that no number misleads."""
    return tuple(markup.note(markup.escaped(text)) for text in data_cautions(runs))


def _in_order(words: Iterable[str]) -> list[str]:
    """Return each word once, in the order they first came."""
    return list(dict.fromkeys(words))
