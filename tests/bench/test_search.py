import argparse
import csv
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core.config.architecture import Architecture, Block, Convolution
from core.config.presets import BEST, REFERENCE, TUNED, Norm
from core.dataset.demo import demo_images
from core.dataset.images import ImageSet, ImageSplit
from tests.bench import ablation, search
from tests.bench.trial import BASE, HELD_OUT, Trial, architecture_of, held_out
from tests.wide_networks import WIDE

pytestmark = pytest.mark.bench


def options(file: Path, *words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    search.add_options(parser)
    return parser.parse_args(
        ["--data", "demo", "--images", "256", "--epochs", "1", "--results", str(file), *words]
    )


class Untested(ImageSet):
    """Images whose test split cannot be read."""

    @property
    def test(self) -> ImageSplit:
        raise AssertionError("the test images were read")


def test_the_search_never_reads_the_test_images(tmp_path: Path) -> None:
    whole = demo_images()
    images = object.__new__(Untested)
    for name in ("train", "classes", "label", "source", "fingerprint"):
        object.__setattr__(images, name, getattr(whole, name))
    row = search.measure(options(tmp_path / "search.csv"), lambda _: images)
    assert row["failure"] == ""
    assert row["images"] == 256
    with pytest.raises(AssertionError):
        assert images.test


def test_held_out_images_are_training_images_of_which_none_is_trained_on() -> None:
    pixels = np.arange(100, dtype=np.uint8)[:, None, None, None] * np.ones((1, 32, 32, 3), np.uint8)
    rest, held = held_out(ImageSplit(pixels, np.arange(100) % 10))
    assert (len(rest), len(held)) == (90, 10)
    assert sorted([*rest.images[:, 0, 0, 0], *held.images[:, 0, 0, 0]]) == list(range(100))
    assert np.array_equal(held.labels, held.images[:, 0, 0, 0] % 10)
    again = held_out(ImageSplit(pixels, np.arange(100) % 10))[1]
    assert np.array_equal(again.images, held.images)
    assert HELD_OUT == 5_000


def test_every_trial_leaves_a_row_and_a_failure_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "search.csv"
    network = ("--network", "8 full8 separable16/2 separable16")
    search.measure(options(file, *network, "--norm", "group", "--", "warmup=0.1"))
    search.measure(options(file, "--network", "9 full9"))
    search.measure(options(file, "--", "warmpu=0.1"))
    with file.open(encoding="utf-8", newline="") as lines:
        good, wide, misspelt = csv.DictReader(lines)
    assert (good["norm"], good["changes"], good["failure"]) == ("group", "warmup=0.1", "")
    assert (
        int(good["parameters"])
        == 3 * 8 * 9 + 8 * 8 * 9 + 8 * 9 + 8 * 16 + 16 * 9 + 16 * 16 + 16 * 10 + 2 * 48
    )
    assert 0 <= float(good["held_out_percent"]) <= 100
    assert "no C++ layer" in wide["failure"]
    assert "warmpu" in misspelt["failure"]
    assert wide["held_out_percent"] == ""


def test_a_network_is_read_word_by_word() -> None:
    units = (Block(16), Block(32, Convolution.SEPARABLE, pools=True))
    assert architecture_of("16 full16 separable32/2") == Architecture(16, units)
    assert str(Architecture(16, units)) == "16 full16 separable32/2"
    assert architecture_of("assignment") is None
    assert str(architecture_of(WIDE[0])) == WIDE[0]


@pytest.mark.parametrize("wrong", ["16 full16/4", "16 round16", "16 full", "full16", "wide full16"])
def test_a_network_with_another_word_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"full|round"):
        architecture_of(wrong)


def test_a_change_has_its_field_s_type() -> None:
    changes = ("flip=False", "crop_padding=4", "learning_rate=0.1", "batch_size=64")
    trial = Trial(network="assignment", norm=Norm.BATCH, changes=changes, epochs=1)
    recipe = trial.recipe
    assert trial.batch_size == 64
    assert (recipe.flip, recipe.crop_padding, recipe.learning_rate) == (False, 4, 0.1)
    assert recipe.momentum == BASE.momentum


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("flip=true", "flip=true: must be True or False"),
        ("warmup", "warmup=: must be of type float"),
        ("optimizer=adam", "optimizer=adam: must be of type Optimizer"),
        ("skeleton=16", "skeleton: a change is to batch_size or one of optimizer, learning_rate"),
    ],
)
def test_a_change_nobody_can_read_is_refused_with_what_would_be_right(change: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}"):
        _ = Trial(network="assignment", norm=Norm.BATCH, changes=(change,), epochs=1).recipe


def test_the_ablation_goes_from_the_reference_recipe_to_best() -> None:
    parser = argparse.ArgumentParser()
    ablation.add_options(parser)
    recipes = [trial.recipe for trial in ablation.trials(parser.parse_args([]))]
    assert recipes[0] == replace(
        REFERENCE,
        layer_norm=TUNED.layer_norm,  # not batch norm's, like the groups
        auxiliary_learning_rate=BASE.auxiliary_learning_rate,  # not SGD's
        auxiliary_momentum=TUNED.auxiliary_momentum,
    )
    assert recipes[4] == BASE
    assert recipes[-1] == replace(BEST, groups=TUNED.groups)
    assert all(before != after for before, after in pairwise(recipes))
