from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.config.image_options import ImageOptions
from core.dataset.cache import ImageCache
from core.dataset.cifar10 import load_archive, load_batches, read_batches
from core.dataset.genuine_digest import keep_genuine_digest, read_genuine_digest
from core.dataset.image_folder import load_image_folder
from core.dataset.images import ImageSet, ImageSplit, Limits
from core.dataset.recognition import KnownSet, content_digest, recognised
from core.runs.image_identity import ImageIdentity
from tests.dataset.samples import CLASSES, Recorder, flat_image, write_cifar_archive, write_image_folder

SMALL = KnownSet(CLASSES, train_per_class=2, test_per_class=1, jpeg_digest="")
"""What the small archive has, and any folder of as many images."""


@pytest.fixture
def cache(tmp_path: Path, recorder: Recorder) -> ImageCache:
    return ImageCache(tmp_path / "cache", recorder.notice)


def export(image_set: ImageSet, folder: Path) -> Path:
    """Write every image as PNG, last first, as somebody else's script would."""
    for split_name, split in (("train", image_set.train), ("test", image_set.test)):
        for number, (pixels, label) in enumerate(zip(split.images[::-1], split.labels[::-1], strict=True)):
            place = folder / split_name / image_set.classes[label]
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(place / f"{number:04}.png")
    return folder


def known_by(image_set: ImageSet) -> tuple[str, ImageIdentity]:
    return image_set.label, image_set.identity


def test_a_lossless_copy_is_verified_once_its_archive_was_read(
    tmp_path: Path, cache: ImageCache, recorder: Recorder
) -> None:
    archive, file = write_cifar_archive(tmp_path)
    folder = export(read_batches(file.parent / archive.folder, archive), tmp_path / "copy")
    unverified = load_image_folder(folder, cache, recorder.progress, known=SMALL)
    assert known_by(unverified) == ("CIFAR-10 (PNG, unverified copy)", ImageIdentity.UNVERIFIED_COPY)
    assert [text for text in recorder.notices if "--data auto downloads it" in text] == recorder.notices != []

    original = load_archive(file, cache, recorder.progress, archive)
    assert known_by(original) == ("CIFAR-10", ImageIdentity.GENUINE)

    recorder.reports.clear()
    recorder.notices.clear()
    verified = load_image_folder(folder, cache, recorder.progress, known=SMALL)
    assert known_by(verified) == ("CIFAR-10 (PNG)", ImageIdentity.LOSSLESS_COPY)
    assert (recorder.reports, recorder.notices) == ([], [])  # what was decoded before is looked at anew

    flat_image(99).save(next(iter(folder.glob("test/c/*.png"))))
    changed = load_image_folder(folder, cache, recorder.progress, known=SMALL)
    assert known_by(changed) == ("CIFAR-10 (PNG, unverified copy)", ImageIdentity.UNVERIFIED_COPY)


def test_unpacked_batches_are_genuine_too(tmp_path: Path, cache: ImageCache) -> None:
    archive, file = write_cifar_archive(tmp_path)
    batches = load_batches(file.parent / archive.folder, cache, archive)
    assert batches.identity is ImageIdentity.GENUINE
    assert read_genuine_digest(cache.base) == content_digest(batches)


def test_a_genuine_set_that_is_in_the_cache_already_is_still_one_to_know_copies_by(
    tmp_path: Path, cache: ImageCache, recorder: Recorder
) -> None:
    archive, file = write_cifar_archive(tmp_path)
    digest = content_digest(load_archive(file, cache, recorder.progress, archive))
    (kept,) = (path for path in cache.base.iterdir() if path.is_file())
    for damage in (b"", b"{}", b"[]", kept.read_bytes().replace(b'"digest": "', b'"digest": "0')):
        kept.write_bytes(damage)
        assert read_genuine_digest(cache.base) is None
    assert load_archive(file, cache, recorder.progress, archive).identity is ImageIdentity.GENUINE
    assert read_genuine_digest(cache.base) == digest


def test_a_known_jpeg_copy_is_verified_whatever_its_files_are_called(
    tmp_path: Path, cache: ImageCache, recorder: Recorder
) -> None:
    folder = write_image_folder(tmp_path / "copy", ".jpg", per_class=(2, 1))
    forged = load_image_folder(folder, cache, recorder.progress, known=SMALL)
    assert known_by(forged) == ("CIFAR-10 (JPEG, unverified copy)", ImageIdentity.UNVERIFIED_COPY)
    known = replace(SMALL, jpeg_digest=content_digest(forged))
    (folder / "train/a/0000.jpg").rename(folder / "train/a/9999.jpeg")
    renamed = load_image_folder(folder, cache, recorder.progress, known=known)
    assert known_by(renamed) == ("CIFAR-10 (JPEG)", ImageIdentity.JPEG_COPY)
    flat_image(99).save(folder / "train/a/9999.jpeg")
    changed = load_image_folder(folder, cache, recorder.progress, known=known)
    assert known_by(changed) == ("CIFAR-10 (JPEG, unverified copy)", ImageIdentity.UNVERIFIED_COPY)
    assert recorder.notices == []


def test_a_known_copy_stays_known_at_another_size(
    tmp_path: Path, cache: ImageCache, recorder: Recorder
) -> None:
    folder = write_image_folder(tmp_path / "copy", ".jpg", per_class=(2, 1))
    digest = content_digest(load_image_folder(folder, cache, recorder.progress, known=SMALL))
    known = replace(SMALL, jpeg_digest=digest)
    larger = ImageOptions(size=64)
    for _ in range(2):  # from the cache, too
        found = load_image_folder(folder, cache, recorder.progress, options=larger, known=known)
        assert (found.shape.side, known_by(found)) == (64, ("CIFAR-10 (JPEG)", ImageIdentity.JPEG_COPY))
    unknown = load_image_folder(folder, cache, recorder.progress, options=larger, known=SMALL)
    assert known_by(unknown) == ("CIFAR-10 (JPEG, unverified copy)", ImageIdentity.UNVERIFIED_COPY)
    some = load_image_folder(
        folder, cache, recorder.progress, options=larger, limits=Limits(train=10), known=known
    )
    assert known_by(some) == ("CIFAR-10 (JPEG)", ImageIdentity.JPEG_COPY)


@pytest.mark.parametrize("per_class", [(2, 2), (3, 1)])
def test_other_numbers_of_images_are_no_copy(
    tmp_path: Path, cache: ImageCache, recorder: Recorder, per_class: tuple[int, int]
) -> None:
    folder = write_image_folder(tmp_path / "mine", ".jpg", per_class=per_class)
    own = load_image_folder(folder, cache, recorder.progress, known=SMALL)
    assert known_by(own) == ("image folder mine (JPEG)", ImageIdentity.OTHER)


def test_the_content_is_every_image_as_often_as_it_is_there_with_its_class_and_split() -> None:
    rng = np.random.default_rng(3)
    images = rng.integers(0, 256, (4, 32, 32, 3), np.uint8)

    def digest(train: list[int], labels: list[int], test: list[int]) -> str:
        split = ImageSplit(images[train], np.array(labels, np.int64))
        tested = ImageSplit(images[test], np.zeros(len(test), np.int64))
        return content_digest(ImageSet(split, tested, CLASSES, "", "folder", ""))

    original = digest([0, 1, 2], [0, 1, 0], [3])
    assert digest([2, 0, 1], [0, 0, 1], [3]) == original
    others = {
        digest([0, 1, 2], [1, 0, 0], [3]),  # two classes exchanged
        digest([3, 1, 2], [0, 1, 0], [0]),  # two splits
        digest([0, 1, 2, 2, 2], [0, 1, 0, 0, 0], [3]),  # one image more often
        digest([0, 1, 2, 2], [0, 1, 0, 0], [3]),
        digest([0, 1, 1], [0, 1, 0], [3]),
    }
    assert len(others - {original}) == 5


def test_a_digest_that_cannot_be_kept_leaves_the_images_genuine(
    tmp_path: Path, cache: ImageCache, recorder: Recorder
) -> None:
    archive, file = write_cifar_archive(tmp_path)
    cache.base.mkdir()
    (cache.base / "cifar10-content.json").mkdir()
    assert load_archive(file, cache, recorder.progress, archive).identity is ImageIdentity.GENUINE
    assert [path.name for path in cache.base.iterdir() if "partial" in path.name] == []
    with pytest.raises(OSError, match="directory"):
        keep_genuine_digest(cache.base, "0")


def test_what_does_not_look_like_it_is_not_even_compared(cache: ImageCache, recorder: Recorder) -> None:
    split = ImageSplit(np.zeros((2, 32, 32, 3), np.uint8), np.zeros(2, np.int64))
    own = ImageSet(split, split, CLASSES, "mine", "folder", "")
    assert recognised(own, cache, SMALL) is own
    assert recorder.notices == []
