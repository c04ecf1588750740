import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.dataset.layout import (
    ARCHIVE_BYTES,
    BATCH_FILES,
    META_FILE,
    Layout,
    check_source,
    image_entries,
    locate,
)
from core.errors import InputError
from tests.dataset.samples import CLASSES, flat_image, write_image_folder


def complaint_about(spec: Path | str) -> str:
    with pytest.raises(InputError) as raised:
        check_source(str(spec))
    message = str(raised.value)
    assert "\n" not in message
    return message


def write_batches(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in BATCH_FILES:
        with (folder / name).open("wb") as file:
            file.truncate(31_000_000)  # sparse: only its size is looked at
    (folder / META_FILE).write_bytes(b"names")
    return folder


@pytest.mark.parametrize("spec", ["auto", "demo"])
def test_names_of_sources_are_not_folders(spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / spec).write_text("a file of that name")
    check_source(spec)
    assert "this is a file" in complaint_about(f"./{spec}")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".JPEG"])
def test_an_image_folder_is_found(tmp_path: Path, suffix: str) -> None:
    write_image_folder(tmp_path, suffix)
    check_source(str(tmp_path))
    assert locate(tmp_path).layout is Layout.IMAGE_FOLDER


def test_hidden_and_foreign_files_are_passed_over(tmp_path: Path) -> None:
    write_image_folder(tmp_path)
    (tmp_path / "train" / ".cache").mkdir()
    (tmp_path / "train" / "README.txt").write_text("notes")
    (tmp_path / "test" / "a" / "list.txt").write_text("notes")
    (tmp_path / "test" / "a" / "._0000.png").write_bytes(b"left by another system")
    check_source(str(tmp_path))


def test_the_home_folder_is_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_image_folder(tmp_path / "images")
    check_source("~/images")
    assert "no such user" in complaint_about("~nobody-of-that-name/images")


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    assert complaint_about("").startswith("--data is empty; give")
    assert f"--data {tmp_path}/none: no such folder; give" in complaint_about(tmp_path / "none")
    archive = tmp_path / "images.zip"
    archive.write_bytes(b"")
    assert "this is a file; give the folder that holds it" in complaint_about(archive)
    both = complaint_about(tmp_path)
    assert "train/<class>/" in both
    assert "cifar-10-batches-py/" in both


def drop_train(folder: Path) -> None:
    (folder / "train").rename(folder / "training")


def drop_class_of_test(folder: Path) -> None:
    (folder / "test" / "c").rename(folder / "test" / ".c")


def drop_class(folder: Path) -> None:
    for split in ("train", "test"):
        (folder / split / "c").rename(folder / split / ".c")


def empty_class(folder: Path) -> None:
    for file in (folder / "test" / "d").iterdir():
        file.rename(file.with_suffix(".txt"))


def nest_class(folder: Path) -> None:
    for file in (folder / "train" / "b").iterdir():
        file.unlink()
    (folder / "train" / "b" / "more").mkdir()


def bitmap_class(folder: Path) -> None:
    for file in (folder / "train" / "b").iterdir():
        file.unlink()
    flat_image(1).save(folder / "train" / "b" / "0001.BMP")


def pipe_in_class(folder: Path) -> None:
    (folder / "train" / "b" / "0000.png").unlink()
    os.mkfifo(folder / "train" / "b" / "0000.png")


def socket_in_class(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        (folder / "train" / "b" / "0000.png").unlink()
        listening.bind(str(folder / "train" / "b" / "0000.png"))


def device_in_class(folder: Path) -> None:
    (folder / "train" / "b" / "0000.png").unlink()
    (folder / "train" / "b" / "0000.png").symlink_to("/dev/zero")


@pytest.mark.skipif(os.name == "nt", reason="there are no such files")
@pytest.mark.parametrize(
    ("spoil", "kind"), [(pipe_in_class, "pipe"), (socket_in_class, "socket"), (device_in_class, "device")]
)
def test_what_could_be_read_for_ever_is_refused_unopened(
    spoil: Callable[[Path], None], kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_image_folder(tmp_path)
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    spoil(Path())
    with pytest.raises(InputError, match=f"train/b/0000.png is a {kind}; replace or remove it"):
        list(image_entries(tmp_path, "train/b"))


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (drop_train, "has test/ but no train/; both are needed"),
        (drop_class_of_test, "class 'c' is in train/ but not in test/; both need the same classes"),
        (drop_class, "9 classes in train/; exactly 10 are needed"),
        (empty_class, "test/d is empty; it needs .jpg, .jpeg or .png images"),
        (nest_class, "train/b/more is a folder; images must lie directly in train/b"),
        (bitmap_class, "train/b/0001.BMP: images must be JPEG or PNG"),
    ],
)
def test_an_incomplete_image_folder_is_refused(
    tmp_path: Path, spoil: Callable[[Path], None], complaint: str
) -> None:
    write_image_folder(tmp_path)
    spoil(tmp_path)
    assert complaint_about(tmp_path).startswith(f"--data {tmp_path}: {complaint}")


def test_eleven_classes_are_too_many(tmp_path: Path) -> None:
    write_image_folder(tmp_path, classes=(*CLASSES, "k"), per_class=(1, 1))
    assert "11 classes in train/" in complaint_about(tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="no folder is closed to this user")
def test_a_closed_folder_is_named(tmp_path: Path) -> None:
    write_image_folder(tmp_path)
    closed = tmp_path / "train" / "e"
    closed.chmod(0)
    try:
        assert f"{closed} can't be read (Permission denied)" in complaint_about(tmp_path)
    finally:
        closed.chmod(0o755)


def test_batches_are_found_from_both_sides(tmp_path: Path) -> None:
    batches = write_batches(tmp_path / "cifar-10-batches-py")
    for folder in (tmp_path, batches):
        assert locate(folder).layout is Layout.BATCHES
        assert locate(folder).path == batches


@pytest.mark.parametrize("name", ["data_batch_3", "test_batch", "batches.meta"])
def test_a_missing_batch_is_named(tmp_path: Path, name: str) -> None:
    (write_batches(tmp_path / "cifar-10-batches-py") / name).unlink()
    assert f"{name} is missing; unpack" in complaint_about(tmp_path)


def test_a_shortened_batch_is_named(tmp_path: Path) -> None:
    os.truncate(write_batches(tmp_path / "cifar-10-batches-py") / "data_batch_4", 1_000_000)
    assert "data_batch_4 is cut short; unpack" in complaint_about(tmp_path)


def test_half_an_archive_is_told_by_its_size(tmp_path: Path) -> None:
    archive = tmp_path / "cifar-10-python.tar.gz"
    archive.write_bytes(b"half")
    assert "has 4 bytes, not 170,498,071; download it again" in complaint_about(tmp_path)
    os.truncate(archive, ARCHIVE_BYTES)
    assert locate(tmp_path).layout is Layout.ARCHIVE


@pytest.mark.parametrize(
    ("module", "banned"),
    [
        ("core.dataset.layout", ("torch", "torchvision", "numpy", "PIL", "requests")),
        ("core.dataset.availability", ("torch", "torchvision", "numpy", "PIL", "requests", "filelock")),
        ("core.dataset.sources", ("torch", "torchvision", "requests")),
    ],
)
def test_importing_stays_cheap(module: str, banned: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([name for name in {banned!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
