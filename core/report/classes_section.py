"""What a network takes for what: its misclassified images, its classes, its confusion matrix."""

from collections.abc import Iterator
from statistics import fmean

from core.report import markup
from core.report.class_names import names_note
from core.report.epoch_log import seed_name
from core.report.picture_plan import Picture, misclassifying_run
from core.results import number_format
from core.results.confusions import confusion_counts
from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup


def misclassified_images(group: SeedGroup, picture: Picture | None, folder: str) -> Iterator[str]:
    """Yield the misclassified images of the first seed that has some."""
    run = misclassifying_run(group)
    if run is not None and picture is not None:
        yield "### Misclassified images"
        who = f"the network with {seed_name(run)}" if len(group.runs) > 1 else "the network"
        yield f"Test images {who} got wrong after its last epoch: the first of each class, then the next."
        yield picture_link(picture, folder)
        yield from names_note(run.class_names)
    elif any(run.state.misclassified is not None for run in group.runs):
        yield "No test image was misclassified."


def classes(group: SeedGroup, picture: Picture | None, folder: str) -> Iterator[str]:
    """Yield how each class fared after the last evaluated epoch, over the seeds that count."""
    runs = group.counted
    if picture is None:
        return
    after = f"after epoch {runs[0].state.tests[-1].epoch}"
    yield "### Classes"
    if len(runs) == 1:
        yield f"Test images {after}."
        yield _class_table(runs[0])
    else:
        yield f"Test images {after}, over {len(runs)} seeds; the confusion matrix adds them up."
        yield _class_table_of_seeds(runs)
    yield picture_link(picture, folder)
    if misclassifying_run(group) is None:
        yield from names_note(runs[0].class_names)
    yield markup.details("Confusion matrix as a table", _confusion_table(runs))


def _class_table(run: LabelledRun) -> str:
    test = run.state.tests[-1]
    rows = (
        [
            markup.escaped(run.class_name(index)),
            number_format.count(sum(test.confusion[index])),
            number_format.count(test.confusion[index][index]),
            number_format.percent(accuracy),
        ]
        for index, accuracy in enumerate(test.class_accuracy)
    )
    return markup.table(("Class", "Images", "Right", "Accuracy"), rows)


def _class_table_of_seeds(runs: tuple[LabelledRun, ...]) -> str:
    tests = [run.state.tests[-1] for run in runs]
    rows = []
    for index, accuracies in enumerate(zip(*(test.class_accuracy for test in tests), strict=True)):
        known = [accuracy for accuracy in accuracies if accuracy is not None]
        figures = (fmean(known), min(known), max(known)) if known else (None, None, None)
        rows.append(
            [
                markup.escaped(runs[0].class_name(index)),
                number_format.count(sum(tests[0].confusion[index])),
                *map(number_format.percent, figures),
            ]
        )
    return markup.table(("Class", "Images", "Accuracy, mean", "lowest seed", "highest seed"), rows)


def _confusion_table(runs: tuple[LabelledRun, ...]) -> str:
    counts = confusion_counts(runs)
    names = [markup.escaped(runs[0].class_name(index)) for index in range(len(counts))]
    rows = ([names[true], *map(str, row)] for true, row in enumerate(counts))
    return markup.table(("True / predicted", *names), rows)


def picture_link(picture: Picture, folder: str) -> str:
    """Return `picture` of the report's folder of pictures, with its words."""
    return markup.image(picture.alternative, f"{folder}/{picture.file}")
