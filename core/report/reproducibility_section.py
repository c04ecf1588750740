"""The report's last part: all that is needed to get the same numbers again."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Final

from core.report import markup
from core.report.reported_settings import reported_settings
from core.results import run_facts
from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup
from core.runs.concurrency import SIDE_BY_SIDE
from core.runs.run_state import RunState

_PROMISE: Final = (
    "The same command with the same versions, device and images gives the same bits on one kind of processor "
    "with one instruction set: by the C++ layers on any number of threads, by torch's on the same number. "
    "Another kind rounds otherwise, and gives metrics near these."
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
        *_table("Configuration", groups, partial(_settings, reported_settings(started))),
        *_table("Recipe", groups, lambda state: run_facts.recipe(state) if state.started else {}),
        *_table("Environment", groups, run_facts.environment),
        *_table("Data", groups, run_facts.images),
        *_notices(groups),
    )


def _settings(names: Iterable[str], state: RunState) -> dict[str, str]:
    if state.started is None:
        return {}
    found = run_facts.settings_used(state)
    return {name: found[name] for name in names if name != _COMPARED_ELSEWHERE and name in found}


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
