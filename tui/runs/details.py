"""What is known of one run, as its pane tells it; read from the run's files, and nothing of Textual here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core.errors import InputError
from core.printable import printable
from core.results import number_format, run_facts
from core.results.comparison import RunFigures, run_figures
from core.results.data_cautions import data_cautions
from core.results.known_images import identity_of
from core.results.labelled_runs import label_runs
from core.results.outcome_text import outcome_words
from core.results.total_time import total_time
from core.runs.folder import RunFolder, SuiteFolder
from core.runs.notes import with_note
from core.runs.run_state import RunState
from core.runs.suite_state import states_in

RESULT: Final = "result"
MADE_FROM: Final = ("settings", "images", "computed on", "recipe")
"""The headings of what a run is made from, by which runs may differ."""
_FINGERPRINT: Final = 12  # hexadecimal digits: what tells sets of images apart at a glance
_TOLD_ELSEWHERE: Final = {"learning_rate"}  # among the settings


@dataclass(frozen=True, slots=True)
class Block:
    """Facts of one kind, by name, below a heading."""

    heading: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Details:
    """A run as its pane shows it.

    `sentences` say how it ended and what is to be kept in mind, `note` is the user's. `problem` says why
    there is no more, where it cannot be read.
    """

    name: str
    suite: str
    sentences: tuple[str, ...] = ()
    note: str = ""
    blocks: tuple[Block, ...] = ()
    problem: str = ""


def read_details(path: Path) -> Details:
    """Read the run in the folder `path`; that takes some twenty milliseconds, or seconds of a long one."""
    suite = SuiteFolder(path.parent)
    try:
        state = _state_of(suite, path)
    except InputError as error:
        return Details(printable(path.name), suite.name, problem=printable(str(error)))
    return details_of(state, suite.name)


def _state_of(suite: SuiteFolder, path: Path) -> RunState:
    if RunFolder(path).events.is_file():
        (state,) = states_in(path)
        return state
    config = suite.config()
    if path.name not in config.names:
        raise InputError(f"{path}: is no longer there")
    return with_note(RunFolder(path), RunState(path.name, planned=config.config_of(path.name)))


def details_of(state: RunState, suite: str) -> Details:
    """Return what is told of a run; a block without facts is left out."""
    (run,) = label_runs([state])
    figures = run_figures(run)
    made_from = (
        dict(_settings(state)),
        dict(_images(state)),
        run_facts.environment(state),
        dict(_recipe(state)),
    )
    blocks = (
        Block(RESULT, dict(_result(figures))),
        Block("time", dict(_times(state))),
        *(Block(heading, facts) for heading, facts in zip(MADE_FROM, made_from, strict=True)),
    )
    return Details(
        name=printable(state.name),
        suite=suite,
        sentences=tuple(map(printable, _sentences(state, figures, data_cautions([run])))),
        note=state.note,
        blocks=tuple(_printable(block) for block in blocks if block.facts),
    )


def _printable(block: Block) -> Block:
    return Block(block.heading, {printable(name): printable(value) for name, value in block.facts.items()})


def _sentences(state: RunState, figures: RunFigures, cautions: Iterable[str]) -> Iterator[str]:
    yield outcome_words(state)
    verdict = figures.verdict
    if verdict.met is not None:
        words = "keeps every limit" if verdict.met else "breaks a limit"
        yield ": ".join([words, *["; ".join(verdict.reasons)] * bool(verdict.reasons)])
    if together := " ".join(cautions):
        yield together


def _result(figures: RunFigures) -> Iterator[tuple[str, str]]:
    if figures.last_accuracy is not None:
        yield (
            "test accuracy",
            f"{number_format.percent(figures.last_accuracy)} after epoch {figures.last_epoch}",
        )
    if figures.best_accuracy is not None:
        best = number_format.percent(figures.best_accuracy)
        yield "best epoch", f"{best} in epoch {figures.best_epoch}: chosen on the test images, no result"
    if figures.flip_averaged_accuracy is not None:
        yield "flip-averaged", number_format.percent(figures.flip_averaged_accuracy)
    if figures.train_accuracy is not None:
        yield (
            "training",
            f"{number_format.percent(figures.train_accuracy)}, gap {number_format.points(figures.gap)}",
        )
    if figures.test_loss is not None:
        yield "test loss", number_format.loss(figures.test_loss)
    if figures.parameters is not None:
        yield "parameters", number_format.count(figures.parameters)


def _times(state: RunState) -> Iterator[tuple[str, str]]:
    if state.started_at is None:
        return
    yield "began", _moment(state.started_at)
    if state.updated_at is not None:
        yield "ended" if state.outcome.ended else "last heard", _moment(state.updated_at)
    time = total_time([state])
    yield "training", number_format.duration(time.training_seconds)
    yield "evaluation", number_format.duration(time.evaluation_seconds)
    yield "by the clock", number_format.duration(time.wall_seconds)


def _moment(time: float) -> str:
    try:
        return f"{datetime.fromtimestamp(time, UTC).astimezone():%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):  # an event file may hold any number
        return number_format.NO_VALUE


def _settings(state: RunState) -> Iterator[tuple[str, str]]:
    for name, value in run_facts.settings_used(state).items():
        yield name.replace("_", " "), _short(value) if name == "model_digest" else value


def _recipe(state: RunState) -> Iterator[tuple[str, str]]:
    for name, value in run_facts.recipe(state).items():
        if name not in _TOLD_ELSEWHERE:
            yield name.replace("_", " "), value


def _images(state: RunState) -> Iterator[tuple[str, str]]:
    data = state.data
    if data is None:
        return
    yield "label", data.label
    yield "identity", identity_of(data)
    yield "to train on", number_format.count(data.train_images)
    yield "to test on", number_format.count(data.test_images)
    yield "fingerprint", _short(data.fingerprint)
    if data.test_fingerprint is not None:
        yield "of the test images", _short(data.test_fingerprint)
    if data.adjustments:
        yield "changed to be read", "; ".join(data.adjustments)


def _short(fingerprint: str) -> str:
    return fingerprint.rpartition(":")[2][:_FINGERPRINT]
