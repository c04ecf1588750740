"""The JPEG re-encoding of CIFAR-10, where it lies beside the checkout."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.dataset.availability import check_source
from core.dataset.cache import ImageCache
from core.dataset.duplicates import Duplicates, count_duplicates
from core.dataset.images import ImageSplit
from core.dataset.layout import CIFAR10_CLASSES
from core.dataset.recognition import recognised
from core.dataset.sources import load_images
from core.errors import InputError
from core.results.known_images import identity_of
from core.runs.events import DataLoaded
from core.runs.image_identity import ImageIdentity
from tests.dataset.samples import Recorder
from tests.real_images import decode_all, unpack_some


@pytest.fixture(scope="module")
def some_real_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack_some(tmp_path_factory.mktemp("real"), train=20, test=10)


def test_real_jpegs_are_read_as_they_are(some_real_images: Path, tmp_path: Path) -> None:
    check_source(str(some_real_images))
    got = load_images(str(some_real_images), Recorder().progress, tmp_path)
    assert got.classes == CIFAR10_CLASSES
    assert got.label == f"image folder {some_real_images.name} (JPEG)"
    assert np.bincount(got.train.labels).tolist() == [20] * 10
    assert np.bincount(got.test.labels).tolist() == [10] * 10
    with Image.open(some_real_images / "train" / "cat" / "0007.jpg") as cat:
        assert np.array_equal(got.train.images[3 * 20 + 7], np.asarray(cat))
    # The mean colour of all 50,000 training images is 125.3, 123.0, 113.9; 200 of them come near.
    assert np.abs(got.train.images.mean((0, 1, 2)) - [125.3, 123.0, 113.9]).max() < 15


def test_a_broken_real_jpeg_is_named_and_then_replaced(some_real_images: Path, tmp_path: Path) -> None:
    recorder = Recorder()
    file = some_real_images / "test" / "frog" / "0003.jpg"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    try:
        with pytest.raises(InputError, match=r"test/frog/0003\.jpg can't be read"):
            load_images(str(some_real_images), recorder.progress, tmp_path, recorder.notice)
    finally:
        file.write_bytes(whole)
    assert len(load_images(str(some_real_images), recorder.progress, tmp_path, recorder.notice).test) == 100
    assert recorder.notices == []


def test_the_whole_copy_is_verified_by_its_pixels_and_no_longer_with_one_changed(tmp_path: Path) -> None:
    recorder = Recorder()
    cache = ImageCache(tmp_path, recorder.notice)
    whole = recognised(decode_all(), cache)
    assert (whole.label, whole.identity) == ("CIFAR-10 (JPEG)", ImageIdentity.JPEG_COPY)
    assert count_duplicates(whole) == Duplicates(test_in_training=0, under_two_labels=0)
    recorded_by_an_earlier_version = DataLoaded(
        label="CIFAR-10 (JPEG)",
        source="folder",
        fingerprint=whole.fingerprint,
        classes=whole.classes,
        train_images=50_000,
        test_images=10_000,
        seconds=1.0,
    )
    assert identity_of(recorded_by_an_earlier_version) is ImageIdentity.JPEG_COPY

    pixels = whole.test.images.copy()
    pixels[1234, 5, 6, 1] ^= 1
    changed = replace(whole, test=ImageSplit(pixels, whole.test.labels))
    unverified = recognised(changed, cache)
    assert unverified.label == "CIFAR-10 (JPEG, unverified copy)"
    assert unverified.identity is ImageIdentity.UNVERIFIED_COPY
    assert recorder.notices == []
