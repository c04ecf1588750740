import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.dataset import layout
from core.dataset.cache import ImageCache
from core.dataset.cifar10 import (
    load_archive,
    load_batches,
    load_downloaded,
    read_batches,
    torchvision_archive,
)
from core.dataset.layout import CIFAR10_CLASSES
from core.dataset.sample_images import TEST_BATCH, TEST_BATCH_MD5
from core.errors import InputError
from tests.dataset.samples import CLASSES, Recorder, write_cifar_archive
from tests.dataset.server import serving


@pytest.fixture
def cache(tmp_path: Path, recorder: Recorder) -> ImageCache:
    return ImageCache(tmp_path / "cache", recorder.notice)


def test_the_names_known_without_torchvision_are_torchvisions() -> None:
    genuine = torchvision_archive()
    assert genuine.file.name == layout.ARCHIVE_NAME
    assert genuine.folder == layout.BATCHES_FOLDER
    assert tuple(file.name for file in (*genuine.train, *genuine.test)) == layout.BATCH_FILES
    assert genuine.meta.name == layout.META_FILE
    assert genuine.file.md5 == "c58f30108f718f92721af3b95e74349a"  # the published one
    assert [(file.name, file.md5) for file in genuine.test] == [(TEST_BATCH, TEST_BATCH_MD5)]
    assert len(genuine.urls) > 1
    assert all(url.partition("?")[0].endswith(f"/{genuine.file.name}") for url in genuine.urls)
    assert list(CIFAR10_CLASSES) == sorted(CIFAR10_CLASSES)


def test_batches_become_images_in_rows_columns_and_colours(tmp_path: Path) -> None:
    archive, file = write_cifar_archive(tmp_path)
    folder = file.parent / archive.folder
    images = read_batches(folder, archive)
    assert (images.label, images.source, images.classes) == ("CIFAR-10", "cifar10", CLASSES)
    assert images.train.labels.tolist() == [*range(10), *range(10)]
    with (folder / "data_batch_2").open("rb") as batch:
        row = pickle.load(batch, encoding="latin1")["data"][3]  # noqa: S301 - written by this test
    # The format: 1,024 red values, then green, then blue, each by rows.
    assert images.train.images[13, 4, 7].tolist() == [row[4 * 32 + 7 + 1024 * colour] for colour in range(3)]


def test_auto_downloads_once_then_needs_neither_network_nor_torchvision(
    tmp_path: Path, cache: ImageCache, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    archive, file = write_cifar_archive(tmp_path)
    with serving(file.read_bytes()) as (address, asked):
        first = load_downloaded(cache, recorder.progress, replace(archive, urls=(f"{address}/whole",)))
        assert asked == ["/whole"]
    size = file.stat().st_size
    assert [report for report in recorder.reports if report[1] == size] == [
        (f"downloading tiny.tar.gz from {address.removeprefix('http://')}", size, size),
        ("unpacking tiny.tar.gz", size, size),
    ]
    assert sorted(path.name for path in cache.folder.iterdir() if path.is_dir()) == [
        path.name for path in cache.folder.iterdir() if path.name[0] != "."
    ]
    code = (
        "import sys; from pathlib import Path; from core.dataset.sources import load_images\n"
        f"got = load_images('auto', print, Path({str(cache.base)!r}), print)\n"
        "print(got.label, got.fingerprint, 'torch' in sys.modules)"
    )
    second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert second.stdout == f"CIFAR-10 {first.fingerprint} False\n"


def test_auto_without_network_names_the_other_two(
    tmp_path: Path, cache: ImageCache, recorder: Recorder
) -> None:
    archive, _ = write_cifar_archive(tmp_path, url="http://no-such-host.invalid/tiny.tar.gz")
    with pytest.raises(InputError) as raised:
        load_downloaded(cache, recorder.progress, archive)
    assert "fetch tiny.tar.gz with a browser and give its folder to --data; " in str(raised.value)
    assert "--data demo" in str(raised.value)


def test_an_address_of_ones_own_is_asked_first(
    tmp_path: Path, cache: ImageCache, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, file = write_cifar_archive(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(file.read_bytes()) as (address, asked):
        monkeypatch.setenv("CIFAR_TUI_MIRROR", f"{address}/absent")
        load_downloaded(cache, recorder.progress, replace(archive, urls=(f"{address}/whole",)))
    assert asked == ["/absent", "/whole"]
    assert [notice for notice in recorder.notices if "404" in notice] == recorder.notices


def test_an_address_of_ones_own_that_is_none_is_refused(
    cache: ImageCache, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIFAR_TUI_MIRROR", "mirror.example")
    with pytest.raises(
        InputError, match=r"^CIFAR_TUI_MIRROR mirror\.example: must be the address of a cifar"
    ):
        load_downloaded(cache, recorder.progress)


def test_an_archive_is_unpacked_in_the_cache_and_not_beside_itself(
    tmp_path: Path, cache: ImageCache, recorder: Recorder
) -> None:
    archive, file = write_cifar_archive(tmp_path)
    folder = tmp_path / "users"
    folder.mkdir()
    moved = file.rename(folder / file.name)
    first = load_archive(moved, cache, recorder.progress, archive)
    assert [path.name for path in folder.iterdir()] == ["tiny.tar.gz"]
    assert list(cache.folder.glob(".*.partial")) == []
    assert len(first.train) == 20
    recorder.reports.clear()
    second = load_archive(moved, cache, recorder.progress, archive)
    assert second.fingerprint == first.fingerprint
    assert recorder.reports == []


def test_an_archive_is_read_where_the_cache_cannot_be_written(
    tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "cache").write_text("in the way")
    archive, file = write_cifar_archive(tmp_path)
    cache = ImageCache(tmp_path / "cache", recorder.notice)
    assert len(load_archive(file, cache, recorder.progress, archive).train) == 20
    assert len(recorder.notices) == 1
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="there is no limit on file sizes to set")
def test_an_archive_that_no_disk_has_room_for_says_how_much_it_takes(tmp_path: Path) -> None:
    # The limit on file sizes stands for the full disk: write() fails half-way just the same.
    code = (
        "import resource; from pathlib import Path; from core.dataset.cache import ImageCache\n"
        "from core.dataset.cifar10 import load_archive; from core.errors import InputError\n"
        "from tests.dataset.samples import write_cifar_archive\n"
        f"folder = Path({str(tmp_path)!r}); archive, file = write_cifar_archive(folder)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try: load_archive(file, ImageCache(folder / 'cache'), lambda *_: None, archive)\n"
        "except InputError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"tiny.tar.gz can't be unpacked in {tmp_path}/cache/decoded/" in done.stdout
    assert (
        ", which takes 0.2 MB (File too large); make room there, or let CIFAR_TUI_CACHE name" in done.stdout
    )
    assert list((tmp_path / "cache" / "decoded").glob(".*.partial")) == []


def test_a_damaged_archive_is_named(tmp_path: Path, cache: ImageCache, recorder: Recorder) -> None:
    archive, file = write_cifar_archive(tmp_path)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"tiny\.tar\.gz is damaged \(its md5 is not .*download it again"):
        load_archive(file, cache, recorder.progress, archive)


@pytest.mark.parametrize("name", ["data_batch_2", "test_batch", "batches.meta"])
def test_a_damaged_batch_is_named(tmp_path: Path, cache: ImageCache, name: str) -> None:
    archive, packed = write_cifar_archive(tmp_path)
    folder = packed.parent / archive.folder
    assert len(load_batches(folder, cache, archive).train) == 20
    file = folder / name
    file.write_bytes(file.read_bytes() + b"more")
    with pytest.raises(InputError, match=rf"{name} is damaged \(its md5 is not"):
        load_batches(folder, cache, archive)
    file.unlink()
    with pytest.raises(InputError, match=f"{name} is missing"):
        load_batches(folder, cache, archive)
