import os
from pathlib import Path

import pytest

from core.dataset.availability import SourceFound, look_for
from core.dataset.cache import ImageCache
from core.dataset.cache_keys import downloads_folder, part_of
from core.dataset.cifar10 import load_downloaded
from core.dataset.layout import ARCHIVE_BYTES, ARCHIVE_NAME, check_source
from core.errors import InputError
from tests.dataset.samples import Recorder, write_cifar_archive, write_image_folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(folder))
    return folder


def test_the_demo_set_is_always_here() -> None:
    assert look_for("demo") == SourceFound(True, True, "procedural demo set: no download")  # noqa: FBT003


def test_cifar10_that_was_never_loaded_will_be_downloaded(cache: Path) -> None:
    source = look_for("auto")
    assert (source.found, source.usable) == (False, True)
    assert source.text == "CIFAR-10: 170 MB to download"
    assert not cache.exists()


def test_what_an_earlier_download_left_need_not_come_again(cache: Path) -> None:
    downloads_folder(cache).mkdir(parents=True)
    part_of(downloads_folder(cache) / ARCHIVE_NAME).write_bytes(bytes(61_000_000))
    assert look_for("auto").text == "CIFAR-10: 109 MB to download"


def test_cifar10_is_found_where_loading_it_left_it(cache: Path, recorder: Recorder) -> None:
    archive, file = write_cifar_archive(cache.parent)
    downloaded = downloads_folder(cache) / file.name
    downloaded.parent.mkdir(parents=True)
    file.rename(downloaded)
    load_downloaded(ImageCache(cache), recorder.progress, archive)
    downloaded.unlink()
    assert look_for("auto") == SourceFound(
        found=True, usable=True, text="CIFAR-10: in the cache", cifar10=True
    )


def test_an_archive_that_waits_to_be_unpacked_is_told(cache: Path) -> None:
    downloads_folder(cache).mkdir(parents=True)
    (downloads_folder(cache) / ARCHIVE_NAME).touch()
    assert look_for("auto") == SourceFound(found=True, usable=True, text="CIFAR-10: downloaded", cifar10=True)


def test_folders_are_told_by_what_they_hold(tmp_path: Path) -> None:
    images, packed = write_image_folder(tmp_path / "images"), tmp_path / "packed"
    packed.mkdir()
    (packed / ARCHIVE_NAME).touch()
    os.truncate(packed / ARCHIVE_NAME, ARCHIVE_BYTES)  # sparse
    assert look_for(str(images)) == SourceFound(found=True, usable=True, text="image folder, 10 classes")
    assert look_for(str(packed)) == SourceFound(
        found=True, usable=True, text="CIFAR-10: in its archive", cifar10=True
    )


@pytest.mark.parametrize("spec", ["", "no-such-folder", "~nobody-of-that-name/images"])
def test_what_cannot_be_used_is_told_in_the_words_of_the_error(spec: str) -> None:
    with pytest.raises(InputError) as error:
        check_source(spec)
    assert look_for(spec) == SourceFound(found=False, usable=False, text=str(error.value))


def test_a_cache_of_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_TUI_CACHE", "~nobody-of-that-name/cache")
    source = look_for("auto")
    assert not source.usable
    assert source.text.startswith("CIFAR_TUI_CACHE ~nobody-of-that-name/cache: there is no such user")
