import os
from pathlib import Path

import pytest

from core.dataset.demo import demo_images
from core.dataset.layout import ARCHIVE_BYTES
from core.dataset.sources import load_images
from core.errors import InputError
from tests.dataset.samples import Recorder, write_image_folder


def complaint_about(spec: Path, cache_dir: Path) -> str:
    with pytest.raises(InputError) as raised:
        load_images(str(spec), Recorder().progress, cache_dir)
    return str(raised.value)


def test_demo_touches_no_disk(tmp_path: Path, recorder: Recorder) -> None:
    got = load_images("demo", recorder.progress, tmp_path / "cache", recorder.notice)
    assert got.fingerprint == demo_images().fingerprint
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_read_through_the_cache_that_is_named(
    tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_image_folder(tmp_path / "mine")
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(tmp_path / "named"))
    got = load_images(str(folder), recorder.progress, notice=recorder.notice)
    assert (got.source, len(got.train), len(got.test)) == ("folder", 30, 20)
    assert len([path for path in (tmp_path / "named" / "decoded").iterdir() if path.is_dir()]) == 1


def test_a_cache_folder_that_is_given_beats_the_variable(
    tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(tmp_path / "named"))
    load_images(str(write_image_folder(tmp_path / "mine")), recorder.progress, tmp_path / "given")
    assert (tmp_path / "given" / "decoded").is_dir()
    assert not (tmp_path / "named").exists()


def test_what_cannot_be_found_is_refused_without_a_fallback(tmp_path: Path) -> None:
    assert "no such folder" in complaint_about(tmp_path / "none", tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_dangling_link_is_named(tmp_path: Path) -> None:
    folder = write_image_folder(tmp_path / "mine")
    link = folder / "train" / "c" / "0009.png"
    link.symlink_to(folder / "nowhere.png")
    message = complaint_about(folder, tmp_path / "cache")
    assert f"{link} can't be read (No such file or directory)" in message


def test_an_archive_of_the_right_size_alone_is_not_trusted(tmp_path: Path) -> None:
    archive = tmp_path / "cifar-10-python.tar.gz"
    archive.write_bytes(b"")
    os.truncate(archive, ARCHIVE_BYTES)  # sparse
    message = complaint_about(tmp_path, tmp_path / "cache")
    assert "cifar-10-python.tar.gz is damaged" in message
    assert [path.name for path in tmp_path.iterdir() if path.name != "cache"] == [archive.name]
