"""The report's part on its training images, and what augmentation makes of them."""

from collections.abc import Sequence

from core.config.presets import Recipe
from core.report import markup
from core.report.class_names import names_note
from core.report.picture_plan import sample_pictures
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
        words = _words(run.state.started.recipe) if run.state.started else ""
        blocks += [f"{name}{words}", markup.image(picture.alternative, f"{folder}/{picture.file}")]
        blocks += names_note(run.class_names)
    return tuple(blocks)


def _words(recipe: Recipe) -> str:
    padding = recipe.crop_padding
    kinds = [
        *([f"moved by up to {padding} pixel{'s' if padding > 1 else ''} each way"] if padding else []),
        *(["mirrored at even odds"] if recipe.flip else []),
    ]
    if not kinds:
        return "The first training image of each class. This recipe trains on the images as they are."
    edges = ", its edges filled by reflection" if padding else ""
    return (
        "The first training image of each class, and below it what the network was given in its place in the "
        f"first epochs: the image {markup.listed(kinds)}{edges}, drawn anew in every epoch."
    )
