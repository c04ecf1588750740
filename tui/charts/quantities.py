"""What can be plotted beside loss and accuracy: rates, norms, and what the machine had to give."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from core.config.presets import Norm
from core.results.comparison import images_a_second
from core.results.labelled_runs import LabelledRun
from core.results.run_styles import COLOURS, SHAPES
from core.results.seed_groups import SeedGroup
from core.results.seed_spread import Series
from core.runs.device_history import DevicePoint
from core.runs.events import EpochEnded
from core.runs.parameter_norms import ParameterNorms
from core.runs.run_state import RunState
from tui.charts.curve import ChartSpec, Curve, CurveStyle
from tui.charts.epoch_curves import Across, Part, epoch_spec, states_of
from tui.charts.run_curves import Axis, step_places
from tui.charts.seed_curves import mean_curve
from tui.text.awaited import Awaited, awaited_words

_GIB: Final = 2**30
_BINS: Final = 8  # an epoch, in each of which seeds have a mean
_NO_NORMS: Final = "the version that trained this measured no norms"


class Page(StrEnum):
    """What the two plots of a page show; the value is how it is called."""

    COURSE = "loss and accuracy"
    PACE = "learning rate and images a second"
    NORMS = "norms of weights and gradients"
    LAYERS = "the same norms layer by layer"
    MACHINE = "load and memory"

    @property
    def of_one_run(self) -> bool:
        """Tell whether it shows the chosen run alone."""
        return self is Page.LAYERS

    @property
    def has_log(self) -> bool:
        """Tell whether some of it can be drawn on a logarithmic axis."""
        return self is not Page.MACHINE


@dataclass(frozen=True, slots=True)
class _Machine:
    """What is drawn of a sample, where it is known."""

    title: str
    value: Callable[[DevicePoint], float | None]
    percent: bool = False


@dataclass(frozen=True, slots=True)
class _Norm:
    """What is drawn of an epoch's norms: of the whole network, or layer by layer."""

    title: str
    part: str
    whole: Callable[[ParameterNorms], float]
    by_layer: Callable[[ParameterNorms], Sequence[float]]


_WEIGHTS: Final = _Norm(
    "weight norm", "after each epoch", lambda norms: norms.weight, lambda norms: norms.weights
)
_GRADIENTS: Final = _Norm(
    "gradient norm", "in each epoch's last step", lambda norms: norms.gradient, lambda norms: norms.gradients
)
_CORES: Final = _Machine("load, cores", lambda point: point.cpu_load)
_BUSY: Final = _Machine(
    "load of the device",
    lambda point: None if point.device_load is None else 100 * point.device_load,
    percent=True,
)
_RESIDENT: Final = _Machine("memory, GiB", lambda point: point.resident_bytes / _GIB)
_ON_DEVICE: Final = _Machine(
    "memory of the device, GiB",
    lambda point: None if point.device_bytes is None else point.device_bytes / _GIB,
)


def plots_of(
    page: Page, groups: Sequence[SeedGroup], chosen: LabelledRun | None, across: Across, *, log_y: bool
) -> tuple[ChartSpec, ChartSpec]:
    """Return the two plots of `page`, of any but the first; where it is of one run, of the one chosen."""
    match page:
        case Page.PACE:
            rate = _of_epochs("learning rate", "at each epoch's end", groups, _rate, across)
            speed = _of_epochs("images/s", "mean of each epoch", groups, images_a_second, across)
            return _logarithmic(rate) if log_y else rate, speed
        case Page.NORMS:
            plots = _of_norms(_WEIGHTS, groups, across), _of_norms(_GRADIENTS, groups, across)
        case Page.LAYERS:
            plots = _of_layers(_WEIGHTS, chosen, across), _of_layers(_GRADIENTS, chosen, across)
        case _:
            points = [point for run in states_of(groups) for point in run.device_history.known]
            busy = any(point.device_load is not None for point in points)
            on_device = any(point.device_bytes is not None for point in points)
            return (
                _of_machine(_BUSY if busy else _CORES, groups, across),
                _of_machine(_ON_DEVICE if on_device else _RESIDENT, groups, across),
            )
    first, second = plots
    return (_logarithmic(first), _logarithmic(second)) if log_y else (first, second)


def _rate(train: EpochEnded) -> float:
    return train.learning_rate


def _logarithmic(spec: ChartSpec) -> ChartSpec:
    return replace(spec, title=f"{spec.title}, {'log' if spec.ends_named else 'logarithmic'}", log_y=True)


def _of_epochs(
    title: str,
    part: str,
    groups: Sequence[SeedGroup],
    value: Callable[[EpochEnded], float | None],
    across: Across,
) -> ChartSpec:
    of_train = Part(part, lambda result: value(result.train), CurveStyle.MARKED)
    return epoch_spec(title, groups, [of_train], across, Awaited.EPOCH)


def _of_norms(norm: _Norm, groups: Sequence[SeedGroup], across: Across) -> ChartSpec:
    """Show a norm of the whole network."""

    def value(train: EpochEnded) -> float | None:
        return None if train.norms is None else norm.whole(train.norms)

    spec = _of_epochs(norm.title, norm.part, groups, value, across)
    return replace(spec, empty=_NO_NORMS) if _lacks_norms(states_of(groups)) else spec


def _of_layers(norm: _Norm, chosen: LabelledRun | None, across: Across) -> ChartSpec:
    """Show the norms of the convolutions of one run; a normalization's own are left out for room."""
    if chosen is None:
        return ChartSpec(title=norm.title, x_label=across.axis.value)
    run = chosen.state
    measured = [
        (x, train.norms)
        for x, train in zip(across.places(run), (result.train for result in run.epochs), strict=True)
        if train.norms is not None
    ]
    names = measured[-1][1].layers if measured else ()
    of_run = [(x, norm.by_layer(norms)) for x, norms in measured if norms.layers == names]
    shown = [place for place, name in enumerate(names) if not name.startswith("norm ")]
    return ChartSpec(
        title=f"{chosen.label}: {norm.title} by layer",
        x_label=across.axis.label([run]),
        curves=tuple(
            Curve(
                label=names[place],
                part=norm.part,
                xs=tuple(x for x, _ in of_run),
                ys=tuple(own[place] for _, own in of_run),
                colour=COLOURS[number % len(COLOURS)].name,
                style=CurveStyle.PLAIN,
                shape=SHAPES[number % len(Norm)],  # those whose lines are whole where colours are seen
            )
            for number, place in enumerate(shown)
        ),
        clock=across.axis is Axis.TIME,
        x_end=across.end([run]),
        empty=_NO_NORMS if _lacks_norms([run]) else awaited_words([run], Awaited.EPOCH),
        ends_named=True,
    )


def _lacks_norms(runs: Sequence[RunState]) -> bool:
    """Tell whether there are epochs, and none has norms."""
    epochs = [result.train for run in runs for result in run.epochs]
    return bool(epochs) and all(train.norms is None for train in epochs)


def _of_machine(machine: _Machine, groups: Sequence[SeedGroup], across: Across) -> ChartSpec:
    """Show what was sampled while the runs trained, pauses and evaluations in a single place."""
    runs = states_of(groups)
    return ChartSpec(
        title=machine.title,
        x_label=across.axis.label(runs),
        curves=tuple(
            mean_curve(
                group,
                "while training",
                [_samples(run.state, machine, across, binned=len(group.runs) > 1) for run in group.runs],
                CurveStyle.PLAIN,
            )
            for group in groups
        ),
        percent=machine.percent,
        clock=across.axis is Axis.TIME,
        x_end=across.end(runs),
        empty=awaited_words(runs, Awaited.SAMPLE),
    )


def _samples(run: RunState, machine: _Machine, across: Across, *, binned: bool) -> Series:
    """Return the samples one by one; `binned`, the last of each part of an epoch, which seeds share."""
    points, length = run.device_history.known, run.steps_an_epoch
    places = step_places(run, [point.step for point in points], across.axis)
    found: dict[float, tuple[float, float]] = {}
    for number, (point, x) in enumerate(zip(points, places, strict=False)):
        value = machine.value(point)
        if value is not None:
            found[round(_BINS * point.step / length) if binned and length else number] = (x, value)
    return found
