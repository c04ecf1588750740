from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from core.config.presets import TUNED
from core.report.picture_plan import sample_pictures
from core.report.pictures import draw
from core.report.sample_figures import augmented
from core.report.sample_figures import samples as draw_samples
from core.report.samples_section import samples_section
from core.results.labelled_runs import label_runs
from core.results.seed_groups import SeedGroup, seed_groups
from core.runs.evidence_events import Crop
from core.runs.run_state import RunState
from core.training.batches import AugmentationParams, Normalize, augment_by_indexing
from tests.report.example_evidence import samples
from tests.report.example_runs import example_states

IDENTITY = Normalize(mean=torch.zeros(3), std=torch.ones(3))


def _groups(states: Sequence[RunState]) -> tuple[SeedGroup, ...]:
    return seed_groups(label_runs(states))


def augmenting() -> RunState:
    """A run whose recipe moves and mirrors its images."""
    run = example_states()[0]
    assert run.started is not None
    assert run.samples is not None
    pngs = [sample.png for sample in run.samples.samples]
    shown = samples(lambda number: pngs[number], crops=True)
    return replace(run, started=replace(run.started, recipe=TUNED), samples=shown)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(("top", "left"), [(0, 0), (-4, 3), (4, -2), (-31, 31)])
def test_an_image_is_augmented_as_training_does_it(top: int, left: int, *, mirrored: bool) -> None:
    image = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    params = AugmentationParams(*(torch.tensor([n]) for n in (0, top, left, int(mirrored))))
    trained_on = augment_by_indexing(torch.from_numpy(image[None]), params, IDENTITY)[0].permute(1, 2, 0)
    assert (augmented(image, Crop(top=top, left=left, mirrored=mirrored)) == trained_on.numpy()).all()


def test_one_picture_shows_an_augmentation_that_runs_share() -> None:
    plain = _groups(example_states())
    assert [picture.file for picture in sample_pictures(plain)] == ["batch-samples.png"]
    both = _groups([*example_states(), augmenting()])
    assert len(sample_pictures(both)) == 2
    assert [block[0] for block in samples_section(plain, "files")] == ["#", "T", "!"]


def test_the_words_are_the_recipes() -> None:
    _, plain, _ = samples_section(_groups(example_states()), "files")
    assert plain.endswith("This recipe trains on the images as they are.")
    _, moved, _ = samples_section(_groups([augmenting()]), "files")
    assert "moved by up to 1 pixel each way and mirrored at even odds, its edges filled by refl" in moved


def test_a_column_has_the_image_and_its_crops_below() -> None:
    figure = Figure()
    FigureCanvasAgg(figure)
    run = augmenting()
    assert run.samples is not None
    (picture,) = sample_pictures(_groups([run]))
    draw_samples(figure, picture)
    first, second, third = (np.asarray(figure.axes[row * 10].images[0].get_array()) for row in range(3))
    assert figure.axes[0].get_title() == "airplane"
    assert [axes.get_ylabel() for axes in figure.axes[::10]] == ["as it is", "epoch 1", "epoch 2"]
    assert (second == augmented(first, run.samples.samples[0].crops[0])).all()
    assert (third == first).all()


def test_a_broken_image_and_a_long_name_do_not_stop_the_report(tmp_path: Path) -> None:
    run = augmenting()
    assert run.samples is not None
    assert run.data is not None
    broken = replace(run.samples.samples[0], png="no base64")
    names = ("x" * 40, "猫", *run.data.classes[2:])
    run = replace(run, data=replace(run.data, classes=names), samples=replace(run.samples, samples=(broken,)))
    (picture,) = sample_pictures(_groups([run]))
    draw(picture, tmp_path / "samples.png")
    assert (tmp_path / "samples.png").is_file()


def test_runs_of_an_older_version_show_no_images() -> None:
    runs = _groups([replace(run, samples=None) for run in example_states()])
    assert sample_pictures(runs) == ()
    assert samples_section(runs, "files") == ()
