"""The report's part on one run: its network, its epochs, its mistakes."""

from collections.abc import Iterator
from typing import Final

from core.report import markup
from core.report.picture_plan import Picture, PictureKind, run_pictures
from core.results import number_format
from core.results.comparison import images_a_second
from core.results.epoch_text import epoch_lines
from core.results.labelled_runs import LabelledRun
from core.results.model_table import model_table
from core.results.outcome_text import outcome_words
from core.runs.events import Evaluated, RunFailed, RunLost
from core.runs.run_state import EpochResult, Outcome, RunState

_LINES_EPOCHS: Final = 5


def run_section(run: LabelledRun, folder: str) -> tuple[str, ...]:
    """Return the section's blocks; its pictures are in `folder`, an address relative to the report's."""
    if run.state.outcome is Outcome.WAITING:
        return _opening(run)
    pictures = {picture.kind: picture for picture in run_pictures(run)}
    return (
        *_opening(run),
        *_failure_details(run.state),
        *_network(run.state),
        *_epochs(run.state),
        *_picture(pictures.get(PictureKind.CURVES), folder),
        *_misclassified(run.state, pictures.get(PictureKind.MISCLASSIFIED), folder),
        *_classes(run, pictures.get(PictureKind.CONFUSION), folder),
    )


def _opening(run: LabelledRun) -> tuple[str, str]:
    return f"## {markup.escaped(run.heading)}", f"State: {markup.escaped(outcome_words(run.state))}"


def _failure_details(state: RunState) -> Iterator[str]:
    """Yield what a run that broke off left behind."""
    if isinstance(state.end, RunLost) and state.outcome is Outcome.LOST:
        tail = state.end.stderr_tail.strip()
        yield "The end of what its process wrote to standard error:" if tail else "It wrote no error."
        if tail:
            yield markup.code_block(tail)
    if isinstance(state.end, RunFailed) and state.outcome is Outcome.FAILED and state.end.traceback:
        yield markup.details("Traceback", markup.code_block(state.end.traceback))


def _network(state: RunState) -> Iterator[str]:
    if state.model is None:
        yield (
            "The network has not been built yet."
            if state.outcome is Outcome.RUNNING
            else "No network is recorded."
        )
    else:
        yield "### Network"
        yield markup.code_block(model_table(state.model))


def _epochs(state: RunState) -> Iterator[str]:
    if not state.epochs:
        yield "No epoch has ended."
        return
    last = state.epochs[-_LINES_EPOCHS:]
    yield f"### Last {len(last)} epochs" if len(last) > 1 else "### Last epoch"
    yield markup.code_block("\n\n".join("\n".join(epoch_lines(result)) for result in last))
    header = (
        *("Epoch", "Training loss", "Training accuracy", "Test loss", "Test accuracy"),
        *("Learning rate", "Training s", "Evaluation s", "Images/s"),
    )
    rows = map(_epoch_row, state.epochs)
    yield markup.details("All epochs", markup.table(header, rows, left=()))


def _epoch_row(result: EpochResult) -> list[str]:
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


def _picture(picture: Picture | None, folder: str) -> Iterator[str]:
    if picture is not None:
        yield markup.image(picture.alternative, f"{folder}/{picture.file}")


def _misclassified(state: RunState, picture: Picture | None, folder: str) -> Iterator[str]:
    if picture is not None:
        yield "### Misclassified images"
        yield (
            "Test images that the network got wrong after its last epoch: the first of each class, then the "
            "next."
        )
        yield from _picture(picture, folder)
    elif state.misclassified is not None:
        yield "No test image was misclassified."


def _classes(run: LabelledRun, picture: Picture | None, folder: str) -> Iterator[str]:
    """Yield how each class fared after the last evaluated epoch."""
    if not run.state.tests:
        return
    test = run.state.tests[-1]
    yield "### Classes"
    yield f"Test images after epoch {test.epoch}."
    rows = (
        [
            markup.escaped(run.class_name(index)),
            number_format.count(sum(test.confusion[index])),
            number_format.count(test.confusion[index][index]),
            number_format.percent(accuracy),
        ]
        for index, accuracy in enumerate(test.class_accuracy)
    )
    yield markup.table(("Class", "Images", "Right", "Accuracy"), rows)
    yield from _picture(picture, folder)
    yield markup.details("Confusion matrix as a table", _confusion_table(run, test))


def _confusion_table(run: LabelledRun, test: Evaluated) -> str:
    names = [markup.escaped(run.class_name(index)) for index in range(len(test.confusion))]
    rows = (
        [
            names[true],
            *(f"**{cell}**" if true == predicted else f"{cell}" for predicted, cell in enumerate(row)),
        ]
        for true, row in enumerate(test.confusion)
    )
    return markup.table(("True / predicted", *names), rows)
