import os
import zlib
from pathlib import Path

import pytest

from core.config.image_options import ImageOptions
from core.dataset.availability import SourceFound, check_source, look_for
from core.dataset.cache import ImageCache
from core.dataset.cache_keys import downloads_folder, part_of
from core.dataset.cifar10 import load_downloaded
from core.dataset.layout import ARCHIVE_BYTES, ARCHIVE_NAME
from core.dataset.sources import load_images
from core.errors import InputError
from tests.dataset.samples import Recorder, write_cifar_archive, write_image_folder
from tests.dataset.trees import PACKINGS, files, pack, png, write

TIMES = "\N{MULTIPLICATION SIGN}"
SMALL = f"32{TIMES}32"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(folder))
    return folder


def test_the_demo_set_is_always_here() -> None:
    assert look_for("demo") == SourceFound(
        found=True, usable=True, text="procedural demo set: no download", classes=10
    )


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
        found=True, usable=True, text="CIFAR-10: in the cache", cifar10=True, classes=10
    )


def test_an_archive_that_waits_to_be_unpacked_is_told(cache: Path) -> None:
    downloads_folder(cache).mkdir(parents=True)
    (downloads_folder(cache) / ARCHIVE_NAME).touch()
    assert look_for("auto") == SourceFound(
        found=True, usable=True, text="CIFAR-10: downloaded", cifar10=True, classes=10
    )


def test_folders_are_told_by_what_they_hold(tmp_path: Path) -> None:
    images, packed = write_image_folder(tmp_path / "images"), tmp_path / "packed"
    packed.mkdir()
    (packed / ARCHIVE_NAME).touch()
    os.truncate(packed / ARCHIVE_NAME, ARCHIVE_BYTES)  # sparse
    assert look_for(str(images)) == SourceFound(
        found=True, usable=True, text=f"image folder: 10 classes, 30 + 20 images, {SMALL}", classes=10
    )
    assert look_for(str(packed)) == SourceFound(
        found=True, usable=True, text="CIFAR-10: in its archive", cifar10=True, classes=10
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


def text_of(path: Path, **options: object) -> str:
    source = look_for(str(path), ImageOptions(**options))  # type: ignore[arg-type] # by name
    assert source.usable
    return source.text


def test_what_is_found_is_counted_and_measured(tmp_path: Path) -> None:
    content = {
        name: png(size=(28, 28)) for name in files("train/{a,b,c}/{5}.png", "{val,test}/{a,b,c}/{2}.png")
    }
    folder = write(tmp_path / "set", content)
    sizes = f"28{TIMES}28 \N{RIGHTWARDS ARROW} "
    assert text_of(folder) == f"image folder: 3 classes, 15 + 6 images, {sizes}{SMALL}"
    assert text_of(folder, size=64) == f"image folder: 3 classes, 15 + 6 images, {sizes}64{TIMES}64"
    assert "15 + 6 images, tested on val/, " in text_of(folder, test_split="val")
    assert "3 classes, 15 images, 20% of them held out to test on, " in text_of(folder, holdout=0.2)
    write(folder, {"test/b/0.png": png(size=(640, 480))})
    assert text_of(folder).endswith(f", 28{TIMES}28 to 640{TIMES}480 \N{RIGHTWARDS ARROW} {SMALL}")


@pytest.mark.parametrize("packing", PACKINGS)
def test_an_archive_is_looked_into_and_once_it_was_read_no_more(
    tmp_path: Path, cache: Path, packing: str, recorder: Recorder
) -> None:
    path = pack(tmp_path / f"set.{packing}", files("{train,test}/{a,b}/{3}.png"))
    assert text_of(path) == f"set.{packing}: 2 classes, 6 + 6 images, {SMALL}"
    os.utime(path, ns=(0, 0))
    load_images(str(path), recorder.progress, cache)
    assert look_for(str(path)) == SourceFound(
        found=True, usable=True, text=f"set.{packing}: 2 classes, 6 + 6 images, in the cache", classes=2
    )


def test_what_changes_is_looked_at_again(tmp_path: Path) -> None:
    assert not look_for(str(tmp_path / "set")).found
    folder = write(tmp_path / "set", files("{train,test}/{a,b}/{3}.png"))
    assert ": 2 classes, 6 + 6 images" in text_of(folder)
    write(folder, files("train/a/more.png"))
    assert ": 2 classes, 7 + 6 images" in text_of(folder)
    write(folder, {"train/a/0.png": b"<html>404 not found</html>"})
    assert "train/a/0.png can't be read (no picture of a format" in look_for(str(folder)).text
    (folder / "train" / "a" / "0.png").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    assert "train/a/0.png can't be read (it is HEIC, which is not read here" in look_for(str(folder)).text
    write(folder, files("train/a/0.png"))
    assert ": 2 classes, 7 + 6 images" in text_of(folder)


def test_a_first_picture_with_too_many_pixels_is_refused_unopened(tmp_path: Path) -> None:
    bomb = bytearray(png())
    bomb[16:24] = (60_000).to_bytes(4) * 2
    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4)
    folder = write(tmp_path, files("{train,test}/{a,b}/{1}.png") | {"train/a/0.png": bytes(bomb)})
    assert "train/a/0.png has too many pixels; scale it down" in look_for(str(folder)).text
