"""The report's last part: all that is needed to get the same numbers again."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from itertools import chain
from typing import Final

from core.config.run_config import Device
from core.report import markup
from core.report.reported_settings import reported_settings
from core.results import number_format
from core.results.dropout_text import dropout_text
from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup
from core.runs.concurrency import SIDE_BY_SIDE
from core.runs.run_state import RunState

_PROMISE: Final = (
    "The same command with the same versions, device, threads and images gives the same metrics on the same "
    "kind of processor. Another kind rounds otherwise, and gives metrics near these."
)
_COMPARED_ELSEWHERE: Final = "norm"  # every heading says it


def repeat_section(groups: Sequence[SeedGroup]) -> tuple[str, ...]:
    """Return command, configuration, recipe, environment, data and notices of the runs.

    A value that all runs share stands alone; otherwise the networks it is of stand behind each value.
    """
    runs = [run for group in groups for run in group.runs]
    started = [run for run in runs if run.state.started]
    if not started:
        return "## Repeat it", "No run has started, so there is nothing to repeat yet."
    commands = dict.fromkeys(run.state.started.command for run in started if run.state.started)
    return (
        "## Repeat it",
        markup.code_block("\n".join(commands)),
        _PROMISE,
        *_table("Configuration", groups, partial(_configuration, reported_settings(started))),
        *_table("Recipe", groups, _recipe),
        *_table("Environment", groups, _environment),
        *_table("Data", groups, _data),
        *_notices(groups),
    )


def _configuration(names: Iterable[str], state: RunState) -> dict[str, str]:
    """Return the settings as they were used: what nobody set is the preset's, or the device's own choice."""
    if state.started is None:
        return {}
    config = state.started.config
    used = {name: _value(getattr(config, name)) for name in names if name != _COMPARED_ELSEWHERE}
    if config.learning_rate is None:
        used["learning_rate"] = f"{number_format.rate(state.started.recipe.learning_rate)} (the preset's)"
    if config.device is Device.AUTO and state.environment is not None:
        used["device"] = f"{state.environment.device} (auto)"
    return used


def _recipe(state: RunState) -> dict[str, str]:
    if state.started is None:
        return {}
    recipe = state.started.recipe
    own = {} if recipe.skeleton is None else {"skeleton": str(recipe.skeleton)}  # else the assignment's
    device = state.environment.device if state.environment else None
    own["dropout"] = dropout_text(recipe.dropout, device)
    return {name: _value(value) for name, value in asdict(recipe).items() if name != "skeleton"} | own


def _environment(state: RunState) -> dict[str, str]:
    found = state.environment
    if found is None:
        return {}
    head = {"device": found.device, "device name": found.device_name, "threads": str(found.threads)}
    return head | dict(sorted(found.versions.items()))


def _data(state: RunState) -> dict[str, str]:
    data = state.data
    if data is None:
        return {}
    return {
        "label": data.label,
        "source": data.source,
        "fingerprint": data.fingerprint,
        "training images": number_format.count(data.train_images),
        "test images": number_format.count(data.test_images),
        "classes": ", ".join(data.classes),
    }


def _table(
    heading: str, groups: Sequence[SeedGroup], read: Callable[[RunState], Mapping[str, str]]
) -> tuple[str, ...]:
    values = {group.label: _of_all_seeds(group, read) for group in groups}
    names = dict.fromkeys(chain.from_iterable(values.values()))
    if not names:
        return ()
    rows = [[markup.escaped(name.replace("_", " ")), _cell(name, values)] for name in names]
    return f"### {heading}", markup.table(("Name", "Value"), rows, left=(0, 1))


def _of_all_seeds(group: SeedGroup, read: Callable[[RunState], Mapping[str, str]]) -> dict[str, str]:
    """Return what is read of the runs of `group`, each value once where they differ: "0, 1, 2"."""
    found: dict[str, dict[str, None]] = {}
    for run in group.runs:
        for name, value in read(run.state).items():
            found.setdefault(name, {})[value] = None
    return {name: ", ".join(own) for name, own in found.items()}


def _cell(name: str, values: Mapping[str, Mapping[str, str]]) -> str:
    labels_of: dict[str, list[str]] = {}
    for label, own in values.items():
        if name in own:
            labels_of.setdefault(own[name], []).append(label)
    if len(labels_of) == 1:
        return markup.escaped(next(iter(labels_of)))
    return "<br>".join(
        markup.escaped(f"{value} ({'; '.join(labels)})") for value, labels in labels_of.items()
    )


def _notices(groups: Sequence[SeedGroup]) -> tuple[str, ...]:
    """Return what the runs remarked, each remark once, behind the runs that made it."""
    speakers: dict[str, list[LabelledRun]] = {}
    for group in groups:
        for run in group.runs:
            for text in dict.fromkeys(map(_without_neighbours, run.state.notices)):
                speakers.setdefault(text, []).append(run)
    lines = [
        "- " + markup.escaped(f"{text} ({'; '.join(_names(runs, groups))})")
        for text, runs in speakers.items()
    ]
    return ("### Notices", "\n".join(lines)) if lines else ()


def _without_neighbours(notice: str) -> str:
    """Say of a run that shared the machine no more than that: with whom is no matter for the reader."""
    return "trained side by side with others" if notice.startswith(SIDE_BY_SIDE) else notice


def _names(runs: Sequence[LabelledRun], groups: Iterable[SeedGroup]) -> Iterator[str]:
    """Yield the names of `runs`; those of a network are named together where all of them are there."""
    told = set(map(id, runs))
    for group in groups:
        own = [run.label for run in group.runs if id(run) in told]
        yield from [group.label] if len(own) == len(group.runs) else own


def _value(value: object) -> str:
    match value:
        case None:
            return "all"  # a limit, of images; a rate of None is the preset's
        case bool():
            return "yes" if value else "no"
        case float():
            return number_format.rate(value)
        case _:
            return str(value)
