"""The few images that are shown of a data source before anything is trained on it."""

import base64
import io
import os
import pickle
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.dataset.cache import ImageCache
from core.dataset.cache_keys import downloaded_key, downloads_folder
from core.dataset.demo import demo_images
from core.dataset.images import Pixels
from core.dataset.layout import ARCHIVE_BYTES, ARCHIVE_NAME, CIFAR10_CLASSES
from core.dataset.sample_images import TEST_BATCH, NamedImage, sample_images, samples_in_archive
from tests.dataset.samples import (
    CLASSES,
    flat_image,
    small_image_set,
    write_cifar_archive,
    write_image_folder,
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(folder))
    return folder


def _pixels(image: NamedImage) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(image.png))))


def _names(images: tuple[NamedImage, ...]) -> tuple[str, ...]:
    return tuple(image.class_name for image in images)


def test_those_of_the_demo_set_are_its_own() -> None:
    images = sample_images("demo")
    whole = demo_images()
    assert _names(images) == whole.classes
    for label, image in enumerate(images):
        assert (_pixels(image) == whole.test.images[whole.test.labels.tolist().index(label)]).all()


def test_of_many_classes_there_are_those_of_the_first() -> None:
    assert sample_images("demo", most=3) == sample_images("demo")[:3]


def test_of_a_folder_they_are_the_first_of_each_class_by_name(tmp_path: Path) -> None:
    folder = write_image_folder(tmp_path / "images")
    flat_image(255).save(folder / "test" / "c" / "-before-all.png")
    images = sample_images(str(folder))
    assert _names(images) == CLASSES
    assert [int(_pixels(image)[0, 0, 0]) for image in images] == [0, 20, 255, 60, 80, 100, 120, 140, 160, 180]


def test_cifar10_s_come_from_the_cache_once_it_was_read(cache: Path) -> None:
    assert sample_images("auto") == ()
    whole = small_image_set(77)
    ImageCache(cache).get_or_build(downloaded_key(cache), lambda: whole)
    images = sample_images("auto")
    assert _names(images) == whole.classes
    assert all((_pixels(image) == 77).all() for image in images)
    for part in cache.glob("decoded/*/test-images.npy"):
        part.write_bytes(part.read_bytes()[:1000])
    assert sample_images("auto") == ()


def test_an_archive_that_is_not_the_published_one_is_not_unpickled(cache: Path, tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.write_text, (tmp_path / "unpickled", "it was")

    content = pickle.dumps({"data": Evil(), "labels": []})
    downloads_folder(cache).mkdir(parents=True)
    with tarfile.open(downloads_folder(cache) / ARCHIVE_NAME, "w:gz") as tar:
        member = tarfile.TarInfo(f"cifar-10-batches-py/{TEST_BATCH}")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    assert sample_images("auto") == ()
    assert not (tmp_path / "unpickled").exists()


@pytest.mark.parametrize("what", ["pipe", "device", "endless", "huge", "torn", "nothing", "loop"])
def test_of_a_hostile_folder_nothing_is_shown_and_nothing_waited_for(tmp_path: Path, what: str) -> None:
    folder = write_image_folder(tmp_path / "images")
    first = folder / "test" / "a" / "0000.png"
    first.unlink()
    match what:
        case "pipe":
            os.mkfifo(first)
        case "device":
            first.symlink_to("/dev/zero")
        case "endless":
            with first.open("wb") as file:
                file.truncate(2**40)
        case "huge":
            Image.new("1", (10_000, 9_000)).save(first)
        case "torn":
            first.write_bytes(b"\x89PNG\r\n\x1a\n")
        case "nothing":
            first.symlink_to(tmp_path / "nowhere.png")
        case "loop":
            first.symlink_to(first)
    assert sample_images(str(folder)) == ()


def test_an_archive_is_unpacked_in_memory(tmp_path: Path) -> None:
    archive, file = write_cifar_archive(tmp_path)
    (batch,) = archive.test
    name = f"{archive.folder}/{batch.name}"
    data = pickle.loads((tmp_path / "made" / name).read_bytes(), encoding="latin1")["data"]  # noqa: S301 - ours
    found = dict(samples_in_archive(file, name, batch.md5))
    assert tuple(found) == CIFAR10_CLASSES
    for number, pixels in enumerate(found.values()):
        assert (pixels == data[number].reshape(3, 32, 32).transpose(1, 2, 0)).all()


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08\x00 and no more"], ids=["zeros", "cut"])
def test_of_a_damaged_archive_nothing_is_shown(tmp_path: Path, content: bytes) -> None:
    with (tmp_path / ARCHIVE_NAME).open("wb") as file:
        file.write(content)
        file.truncate(ARCHIVE_BYTES)
    assert sample_images(str(tmp_path)) == ()


@pytest.mark.parametrize("spec", ["", "~nobody-of-this-name/images", "/nonexistent", "/dev"])
def test_where_there_is_no_data_there_is_nothing(spec: str) -> None:
    assert sample_images(spec) == ()


def test_torch_is_not_imported_for_them() -> None:
    program = (
        "from core.dataset.sample_images import sample_images\n"
        "import sys\n"
        "assert len(sample_images('demo')) == 10\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
