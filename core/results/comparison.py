"""The figures runs are compared by, and which of two values is the better one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from core.config.image_options import ImageOptions
from core.config.presets import LIMITS, PUBLISHED, RECIPES, Norm, Preset
from core.config.recipe_edits import UNEDITED
from core.results import number_format
from core.results.known_images import identity_of
from core.results.labelled_runs import LabelledRun, label_runs
from core.results.model_size import model_size
from core.results.study_verdict import StudyVerdict
from core.runs.events import EpochEnded, Evaluated
from core.runs.image_identity import ImageIdentity
from core.runs.run_state import Outcome, RunState


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the assignment's limits say of a run.

    `met` is None while that is unknown; `reasons` are the limits it broke, or why it is unknown. `note` tells
    what else the verdict is to be read with.
    """

    met: bool | None
    reasons: tuple[str, ...] = ()
    note: str = ""

    @property
    def words(self) -> str:
        """The verdict for people: "all met", the limits it broke, or why it is unknown."""
        said = "all met" if self.met else "; ".join(self.reasons)
        return f"{said}, {self.note}" if self.note else said


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """What one run is compared by; None where it is not known.

    Shares and gaps are fractions, losses means over images. "last" figures are of the last evaluated epoch,
    and so is `flip_averaged_accuracy`, None also where it was not asked for; of the others only
    `evaluation_seconds` counts it. Times are medians over epochs, in seconds; where runs trained
    `side_by_side`, those of a machine that they shared. `published` is there only where
    a comparison with it is fair.
    """

    label: str
    norm: Norm | None
    outcome: Outcome
    verdict: Verdict
    parameters: int | None
    epochs_evaluated: int
    epochs_wanted: int | None
    last_epoch: int | None
    last_accuracy: float | None
    flip_averaged_accuracy: float | None
    best_epoch: int | None
    best_accuracy: float | None
    published: float | None
    train_accuracy: float | None
    train_loss: float | None
    test_loss: float | None
    training_seconds: float | None
    evaluation_seconds: float | None
    images_a_second: float | None
    side_by_side: bool

    @property
    def gap(self) -> float | None:
        """Training accuracy, as seen while training, minus test accuracy."""
        return _difference(self.train_accuracy, self.last_accuracy)

    @property
    def against_published(self) -> float | None:
        """Last test accuracy minus the published one; None before the run has finished."""
        finished = self.outcome is Outcome.FINISHED
        return _difference(self.last_accuracy, self.published) if finished else None


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of a comparison: how to read it from a run's figures and how to write it.

    One that depends on how much of the machine a run had has a `shared_name`, for runs side by side.
    """

    name: str
    value: Callable[[RunFigures], float | None]
    text: Callable[[float | None], str]
    shared_name: str = ""


_PARAMETERS: Final = Measure("Parameters", lambda run: run.parameters, number_format.count)
_LAST_ACCURACY: Final = Measure(
    "Test accuracy, last epoch", lambda run: run.last_accuracy, number_format.percent
)
_FLIP_AVERAGED: Final = Measure(
    "Test accuracy, flip-averaged", lambda run: run.flip_averaged_accuracy, number_format.percent
)
MEASURES: Final = (
    _PARAMETERS,
    _LAST_ACCURACY,
    _FLIP_AVERAGED,
    Measure("Test accuracy, best epoch", lambda run: run.best_accuracy, number_format.percent),
    Measure("Training accuracy, last epoch", lambda run: run.train_accuracy, number_format.percent),
    Measure("Generalization gap, points", lambda run: run.gap, number_format.points),
    Measure("Test loss, last epoch", lambda run: run.test_loss, number_format.loss),
    Measure("Training loss, last epoch", lambda run: run.train_loss, number_format.loss),
    Measure(
        "Training, seconds an epoch",
        lambda run: run.training_seconds,
        number_format.seconds,
        "Training, s an epoch, shared",
    ),
    Measure(
        "Evaluation, seconds an epoch",
        lambda run: run.evaluation_seconds,
        number_format.seconds,
        "Evaluation, s an epoch, shared",
    ),
    Measure(
        "Training, images a second",
        lambda run: run.images_a_second,
        number_format.count,
        "Training, images/s, shared",
    ),
)


def compare(states: Sequence[RunState]) -> tuple[RunFigures, ...]:
    """Return the figures of every run, in the order given."""
    return tuple(map(run_figures, label_runs(states)))


def has_flip_averages(figures: Iterable[RunFigures]) -> bool:
    """Return whether a run has a flip-averaged accuracy; without one there is to be no place for it."""
    return any(run.flip_averaged_accuracy is not None for run in figures)


def measures(figures: Sequence[RunFigures]) -> tuple[Measure, ...]:
    """Return what `figures` are compared by, in order: all of `MEASURES` that there is a place for.

    Where a run shared the machine, the names of times and speeds say so.
    """
    averaged, shared = has_flip_averages(figures), any(run.side_by_side for run in figures)
    return tuple(
        replace(measure, name=measure.shared_name) if shared and measure.shared_name else measure
        for measure in MEASURES
        if averaged or measure is not _FLIP_AVERAGED
    )


def leaders(measure: Measure, figures: Sequence[RunFigures], verdict: StudyVerdict) -> frozenset[int]:
    """Return the positions of the values that may bear a star.

    The accuracy of the last epoch, where the verdict calls its network the best, and the fewest parameters,
    which are no matter of luck. Everything else is measured, and no test stands behind it.
    """
    if measure is _LAST_ACCURACY:
        return frozenset(i for i, run in enumerate(figures) if run.label in verdict.leaders)
    if measure is not _PARAMETERS:
        return frozenset()
    counts = {i: run.parameters for i, run in enumerate(figures) if run.parameters is not None}
    if len(set(counts.values())) < 2:  # noqa: PLR2004 - one has no rival
        return frozenset()
    return frozenset(i for i, count in counts.items() if count == min(counts.values()))


def is_whole_cifar10(state: RunState) -> bool:
    """Return whether the run uses every CIFAR-10 image; only then do the limits apply to its accuracy.

    An unverified copy counts: who shows the verdict says what it is of.
    """
    if state.started is None or state.data is None:
        return False
    config = state.started.config
    limited = config.limit_train is not None or config.limit_test is not None
    return identity_of(state.data).is_cifar10 and not limited


def run_figures(run: LabelledRun) -> RunFigures:
    """Return the figures of one run."""
    state = run.state
    evaluated = [(result.train, result.test) for result in state.epochs if result.test is not None]
    train, test = evaluated[-1] if evaluated else (None, None)
    best = max((test for _, test in evaluated), key=_accuracy, default=None)
    trained = [result.train for result in state.epochs]
    return RunFigures(
        label=run.label,
        norm=run.norm,
        outcome=state.outcome,
        verdict=_verdict(state),
        parameters=_parameters(state),
        epochs_evaluated=len(evaluated),
        epochs_wanted=state.started.config.epochs if state.started else None,
        last_epoch=test.epoch if test else None,
        last_accuracy=test.accuracy if test else None,
        flip_averaged_accuracy=state.flip_averaged_accuracy,
        best_epoch=best.epoch if best else None,
        best_accuracy=best.accuracy if best else None,
        published=_published(state),
        train_accuracy=train.accuracy if train else None,
        train_loss=train.loss if train else None,
        test_loss=test.loss if test else None,
        training_seconds=_median([epoch.seconds for epoch in trained]),
        evaluation_seconds=_median([test.seconds for _, test in evaluated]),
        images_a_second=_median(
            [speed for epoch in trained if (speed := images_a_second(epoch)) is not None]
        ),
        side_by_side=state.side_by_side,
    )


def images_a_second(train: EpochEnded) -> float | None:
    """Return how fast an epoch was trained; None where its clock did not move."""
    return train.images / train.seconds if train.seconds > 0 else None


def _verdict(state: RunState) -> Verdict:
    """Judge the limits; one that is broken whatever else will happen is reported at once.

    They are for CIFAR-10: of other images, nothing is judged.
    """
    if state.data is not None and not identity_of(state.data).is_cifar10:
        return Verdict(met=None, reasons=(_undecided(state),))
    broken = []
    parameters = _parameters(state)
    if parameters is not None and parameters >= LIMITS.parameters:
        excess = "over" if parameters > LIMITS.parameters else "not under"
        broken.append(f"{parameters:,} parameters: {excess} {LIMITS.parameters:,}")
    if len(state.tests) > LIMITS.epochs:
        broken.append(f"{len(state.tests)} epochs: over {LIMITS.epochs}")
    undecided = _undecided(state)
    accuracy = state.last_accuracy
    if not undecided and accuracy is not None and accuracy < LIMITS.accuracy:
        broken.append(f"{number_format.percent(accuracy)}: under {100 * LIMITS.accuracy:.0f}%")
    note = "" if undecided else _on_images(state)
    if broken:
        return Verdict(met=False, reasons=tuple(broken), note=note)
    return Verdict(met=None, reasons=(undecided,)) if undecided else Verdict(met=True, note=note)


def _on_images(state: RunState) -> str:
    unverified = state.data and identity_of(state.data) is ImageIdentity.UNVERIFIED_COPY
    return "on an unverified copy of CIFAR-10" if unverified else ""


def _undecided(state: RunState) -> str:
    """Return why the limits can't be judged yet or at all; empty where they can."""
    if state.outcome is not Outcome.FINISHED:
        return "not finished"
    if not is_whole_cifar10(state):
        return "not all of CIFAR-10"
    if state.model is None or not state.tests:
        return "the event file lacks the network or the test results"
    return ""


def _published(state: RunState) -> float | None:
    if state.started is None or not is_whole_cifar10(state):
        return None
    config, recipe = state.started.config, state.started.recipe
    can_reach_it = (
        config.preset is Preset.REFERENCE
        and config.model is None
        and config.epochs == PUBLISHED.epochs
        and config.batch_size == PUBLISHED.batch_size
        and recipe.learning_rate == RECIPES[Preset.REFERENCE].learning_rate
        and config.edits == UNEDITED
        and config.image_options == ImageOptions()
    )
    return PUBLISHED.accuracy(config.norm) if can_reach_it else None


def _parameters(state: RunState) -> int | None:
    return model_size(state.model).parameters if state.model else None


def _accuracy(test: Evaluated) -> float:
    return test.accuracy


def _difference(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else left - right


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
