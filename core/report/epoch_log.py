"""Every epoch of a network's runs: the log in the assignment's form, and the numbers as a table."""

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Final

from core.report import markup
from core.results import number_format
from core.results.comparison import images_a_second
from core.results.epoch_text import epoch_lines
from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup
from core.runs.events import Evaluated
from core.runs.run_state import EpochResult, RunState

_LINES_EPOCHS: Final = 5
_LOSSES: Final = (
    "In the lines, the loss behind Train is that of the epoch's last batch, as in the assignment's log; in "
    "the table it is the mean over the epoch."
)


def epoch_log(group: SeedGroup) -> Iterator[str]:
    """Yield the last epochs' lines of the first run, then folded away all epochs of every run."""
    trained = [run for run in group.runs if run.state.epochs]
    if not trained:
        yield "No epoch has ended."
        return
    last = trained[0].state.epochs[-_LINES_EPOCHS:]
    several = len(group.runs) > 1
    heading = f"### Last {len(last)} epochs" if len(last) > 1 else "### Last epoch"
    yield heading + (f" of {seed_name(trained[0])}" if several else "")
    yield _log(last)
    yield _LOSSES
    whole = [] if len(last) == len(trained[0].state.epochs) else trained[:1]
    for run in (*whole, *trained[1:]):
        owner = f" of {seed_name(run)}" if several else ""
        yield markup.details(
            f"All {len(run.state.epochs)} epochs{owner}, line by line", _log(run.state.epochs)
        )
    if len(group.counted) > 1:
        summary = f"All epochs as a table, means of {len(group.counted)} seeds"
        yield markup.details(summary, _table_of_means(group.counted))
    else:
        only = (group.counted or trained)[0]
        owner = f" of {seed_name(only)}" if several else ""
        yield markup.details(f"All epochs{owner} as a table", _table(only.state))


def seed_name(run: LabelledRun) -> str:
    """Return what tells a run from the others of its network: "seed 3"."""
    return f"seed {run.state.config.seed}" if run.state.config else run.label


def _log(epochs: Sequence[EpochResult]) -> str:
    return markup.code_block("\n\n".join("\n".join(epoch_lines(result)) for result in epochs))


def _table(run: RunState) -> str:
    shared = ", shared" * run.side_by_side
    header = (
        *("Epoch", "Training loss", "Training accuracy", "Test loss", "Test accuracy", "Learning rate"),
        *(f"{name}{shared}" for name in ("Training s", "Evaluation s", "Images/s")),
    )
    return markup.table(header, map(_row, run.epochs), left=())


def _row(result: EpochResult) -> list[str]:
    train, test = result.train, result.test
    return [
        str(result.epoch),
        number_format.loss(train.loss),
        number_format.percent(train.accuracy),
        number_format.loss(test.loss if test else None),
        number_format.percent(test.accuracy if test else None),
        number_format.rate(train.learning_rate),
        number_format.seconds(train.seconds),
        number_format.seconds(test.seconds if test else None),
        number_format.count(images_a_second(train)),
    ]


def _table_of_means(runs: Sequence[LabelledRun]) -> str:
    header = (
        *("Epoch", "Training loss", "Training accuracy", "Test loss", "Test accuracy"),
        *("lowest seed", "highest seed"),
    )
    # the runs that count have come equally far, but a damaged event file may lack an epoch
    by_epoch = [{test.epoch: test for test in run.state.tests} for run in runs]
    trained = [{result.epoch: result for result in run.state.epochs} for run in runs]
    shared = sorted(set.intersection(*map(set, by_epoch)))
    rows = (
        _row_of_means([own[epoch] for own in trained], [own[epoch] for own in by_epoch]) for epoch in shared
    )
    return markup.table(header, rows, left=())


def _row_of_means(results: Sequence[EpochResult], tests: Sequence[Evaluated]) -> list[str]:
    accuracies = [test.accuracy for test in tests]
    return [
        str(results[0].epoch),
        number_format.loss(fmean(result.train.loss for result in results)),
        number_format.percent(fmean(result.train.accuracy for result in results)),
        number_format.loss(fmean(test.loss for test in tests)),
        *map(number_format.percent, (fmean(accuracies), min(accuracies), max(accuracies))),
    ]
