"""The report's first words: what was trained and what came of it."""

from collections.abc import Sequence

from core.config.presets import LIMITS
from core.report import markup
from core.results import number_format
from core.results.comparison import RunFigures
from core.results.labelled_runs import LabelledRun
from core.results.preset_text import network_texts, preset_texts
from core.results.seed_groups import SeedGroup
from core.results.study_verdict import StudyVerdict


def abstract_section(
    groups: Sequence[SeedGroup], figures: Sequence[RunFigures], verdict: StudyVerdict
) -> tuple[str, ...]:
    """Return a summary in words, made from the numbers; nothing where no run has begun."""
    started = [run for group in groups for run in group.runs if run.state.started]
    if not started:
        return ()
    sentences = (_what(started, figures), markup.escaped(verdict.lead), *_limits(groups, figures))
    return "## Abstract", " ".join(sentences)


def _what(runs: Sequence[LabelledRun], figures: Sequence[RunFigures]) -> str:
    configs = [run.state.started.config for run in runs if run.state.started]
    norms = markup.listed(list(dict.fromkeys(str(config.norm) for config in configs)))
    kind, whose = "small convolutional network", f"preset {markup.listed(preset_texts(configs))}"
    if networks := [markup.escaped(text) for text in network_texts(configs)]:
        kind, whose = (
            "network",
            f"{markup.listed(networks)}, recipe of {markup.listed(preset_texts(configs))}",
        )
    parameters = sorted({own.parameters for own in figures if own.parameters is not None})
    size = f", {markup.listed([f'{count:,}' for count in parameters])} parameters" if parameters else ""
    seeds = len({config.seed for config in configs})
    epochs = sorted({config.epochs for config in configs})
    return (
        f"A {kind} ({whose}{size}) was trained with {norms} normalization, "
        f"{_counted(seeds, 'seed')} each, for {markup.listed(list(map(str, epochs)))} "
        f"{'epoch' if epochs == [1] else 'epochs'}{_images(runs)}."
    )


def _images(runs: Sequence[LabelledRun]) -> str:
    data = next((run.state.data for run in runs if run.state.data), None)
    if data is None:
        return ""
    label = markup.escaped(data.label)
    return f" on {data.train_images:,} images of {label}, and tested on {data.test_images:,}"


def _limits(groups: Sequence[SeedGroup], figures: Sequence[RunFigures]) -> tuple[str, ...]:
    """Say who keeps the assignment's limits, where they can be judged."""
    judged = [(group, own) for group, own in zip(groups, figures, strict=True) if own.verdict.met is not None]
    if not judged:
        return ()
    met = [markup.escaped(group.label) for group, own in judged if own.verdict.met]
    limits = (
        f"fewer than {LIMITS.parameters:,} parameters, at most {LIMITS.epochs} epochs, at least "
        f"{number_format.percent(LIMITS.accuracy, 0)} test accuracy"
    )
    if len(met) == len(judged):
        return (f"The assignment's limits ({limits}) are met by {'all' if len(met) > 1 else met[0]}.",)
    return (f"The assignment's limits ({limits}) are met by {markup.listed(met) if met else 'none'}.",)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
