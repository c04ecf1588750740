"""Pictures of one network's loss and accuracy from epoch to epoch."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from core.report.figure_text import drawable, fitting
from core.report.picture_plan import Picture
from core.report.seed_lines import BAND_WORDS, draw_group, has_bands, mark_divergence, pen
from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup
from core.results.seed_spread import Series
from core.runs.run_state import EpochResult

GREY: Final = "#555555"
_TITLE_EMS: Final = 24.0  # of half the picture's width


def curves(figure: Figure, picture: Picture) -> None:
    """Draw loss and accuracy by epoch, on training and test images, in two panels."""
    (group,) = picture.groups
    banded = has_bands(picture.groups)
    figure.set_size_inches(9, 3.9 if banded else 3.6)
    on_test_images = replace(pen(group.style), dash="-")
    while_training = replace(on_test_images, dash="--", hollow=True)
    for axes, name, train, test in zip(
        figure.subplots(1, 2),
        ("loss", "accuracy, %"),
        (_training(lambda result: result.train.loss), _training(_training_percent)),
        (losses_on_test_images, accuracies_on_test_images),
        strict=True,
    ):
        draw_group(axes, group, train, while_training, "training")
        draw_group(axes, group, test, on_test_images, "test")
        mark_divergence(axes, group, on_test_images)
        title = fitting(f"{name.partition(',')[0].capitalize()}: {drawable(_subject(group))}", _TITLE_EMS)
        axes.set_title(title, loc="left")
        axes.set_ylabel(name)
        count_epochs(axes, picture.groups)
        axes.legend()
        if not any(line.get_xdata().size for line in axes.lines):
            axes.text(0.5, 0.5, "no finite value", transform=axes.transAxes, ha="center", color=GREY)
    if banded:
        figure.supxlabel(BAND_WORDS, fontsize=9, color=GREY)


def count_epochs(axes: Axes, groups: Sequence[SeedGroup]) -> None:
    """Let the axis run over whole epochs, also over those without a finite value."""
    runs = [run.state for group in groups for run in group.runs]
    diverged = [math.ceil(at) for run in runs if (at := run.diverged_at) is not None]
    last = max(diverged + [run.epochs[-1].epoch for run in runs if run.epochs])
    axes.set_xlabel("epoch")
    axes.set_xlim(0.5, last + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))


def losses_on_test_images(run: LabelledRun) -> Series:
    """Return the test loss by epoch."""
    return {test.epoch: (float(test.epoch), test.loss) for test in run.state.tests}


def accuracies_on_test_images(run: LabelledRun) -> Series:
    """Return the test accuracy, in percent, by epoch."""
    return {test.epoch: (float(test.epoch), 100 * test.accuracy) for test in run.state.tests}


def _training(value: Callable[[EpochResult], float]) -> Callable[[LabelledRun], Series]:
    return lambda run: {one.epoch: (float(one.epoch), value(one)) for one in run.state.epochs}


def _training_percent(result: EpochResult) -> float:
    return 100 * result.train.accuracy


def _subject(group: SeedGroup) -> str:
    return f"{group.label}, {len(group.counted)} seeds" if len(group.counted) > 1 else group.label
