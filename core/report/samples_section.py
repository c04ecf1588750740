"""The report's part on its training images, and what augmentation makes of them."""

from collections.abc import Sequence

from core.config.presets import Recipe
from core.report import markup
from core.report.class_names import names_note
from core.report.picture_plan import SAMPLE_NAME_EMS, sample_pictures, shown_samples
from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup


def samples_section(groups: Sequence[SeedGroup], folder: str) -> tuple[str, ...]:
    """Return the pictures in `folder`, one for each augmentation; nothing where no run shows images."""
    pictures = sample_pictures(groups)
    if not pictures:
        return ()
    blocks = ["## Training images"]
    for picture in pictures:
        (run,) = picture.groups[0].runs
        name = f"{markup.escaped(run.label)}: " if len(pictures) > 1 else ""
        words = _words(run.state.started.recipe, _classes(run)) if run.state.started else ""
        blocks += [f"{name}{words}", markup.image(picture.alternative, f"{folder}/{picture.file}")]
        shown = (sample.true_class for sample in shown_samples(run))
        blocks += names_note(run.class_names, shown, SAMPLE_NAME_EMS)
    return tuple(blocks)


def _classes(run: LabelledRun) -> str:
    """Say of which classes there is an image."""
    classes, shown = len(run.class_names), len(shown_samples(run))
    return "each class" if shown >= classes else f"each of the first {shown} of {classes:,} classes"


def _words(recipe: Recipe, classes: str) -> str:
    padding = recipe.crop_padding
    kinds = [
        *([f"moved by up to {padding} pixel{'s' if padding > 1 else ''} each way"] if padding else []),
        *(["mirrored at even odds"] if recipe.flip else []),
    ]
    if not kinds:
        return f"The first training image of {classes}. This recipe trains on the images as they are."
    edges = ", its edges filled by reflection" if padding else ""
    return (
        f"The first training image of {classes}, and below it what the network was given in its place in the "
        f"first epochs: the image {markup.listed(kinds)}{edges}, drawn anew in every epoch."
    )
