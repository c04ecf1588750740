import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.config.image_options import ImageOptions
from core.dataset.availability import check_source
from core.dataset.layout import ARCHIVE_BYTES, BATCH_FILES, META_FILE, Layout, Located, locate
from core.errors import InputError
from tests.dataset.samples import write_image_folder
from tests.dataset.trees import files, pack


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
    assert "is a file and no archive" in complaint_about(f"./{spec}")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".JPEG"])
def test_an_image_folder_is_found(tmp_path: Path, suffix: str) -> None:
    write_image_folder(tmp_path, suffix)
    check_source(str(tmp_path))
    assert locate(tmp_path).layout is Layout.IMAGES


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
    both = complaint_about(tmp_path)
    assert "train/<class>/" in both
    assert "cifar-10-batches-py/" in both


def drop_class_of_test(folder: Path) -> None:
    (folder / "test" / "c").rename(folder / "test" / ".c")


def empty_class(folder: Path) -> None:
    for file in (folder / "test" / "d").iterdir():
        file.rename(file.with_suffix(".txt"))


def hide_class(folder: Path) -> None:
    for file in (folder / "train" / "b").iterdir():
        file.rename(file.with_name(f".{file.name}"))


def replace_first(folder: Path) -> None:
    (folder / "train" / "b" / "0000.png").write_text("<html>404 not found</html>")


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
        check_source(str(tmp_path))


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (drop_class_of_test, "class 'c' is in train/ but not in test/; give it images there, too, or remove"),
        (empty_class, "test/d has no images but 0000.txt and 1 more; JPEG, PNG and the like are read"),
        (hide_class, "train/b is empty; put images in it, or remove that class everywhere"),
        (replace_first, "train/b/0000.png can't be read (no picture of a format that is read here, such as"),
    ],
)
def test_an_incomplete_image_folder_is_refused(
    tmp_path: Path, spoil: Callable[[Path], None], complaint: str
) -> None:
    write_image_folder(tmp_path)
    spoil(tmp_path)
    assert complaint_about(tmp_path).startswith(f"--data {tmp_path}: {complaint}")


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


def test_batches_are_found_under_any_name_and_their_parts_are_not_taken_for_them(tmp_path: Path) -> None:
    batches = write_batches(tmp_path / "renamed")
    assert locate(batches) == Located(Layout.BATCHES, batches)
    assert "is a part of cifar-10-batches-py; give the folder" in complaint_about(batches / "data_batch_1")


@pytest.mark.parametrize("inside", ["", "deeper/"])
def test_an_archive_is_found_in_a_folder_that_holds_nothing_else(tmp_path: Path, inside: str) -> None:
    (tmp_path / "downloads" / inside).mkdir(parents=True)
    content = files("{train,test}/{a,b}/{1}.png")
    archive = pack(tmp_path / "downloads" / inside / "images.zip", content)
    (archive.parent / "README.md").write_text("what it is")
    assert locate(tmp_path / "downloads") == locate(archive) == Located(Layout.IMAGES, archive)
    check_source(str(archive))
    pack(archive.with_name("more.tar"), content)
    assert "has images.zip and more.tar; give one of them, or unpack" in complaint_about(
        tmp_path / "downloads"
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("images.rar", "such archives are not read; unpack it, or make it a .zip"),
        ("images.zip", "is no archive, whatever it is called; fetch or make it again"),
        ("labels.csv", "is a file and no archive; give a folder, a .zip or a .tar of images"),
    ],
)
def test_a_file_that_is_no_archive_is_told_what_it_is(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_bytes(b"nothing that anybody knows")
    assert complaint_about(tmp_path / name) == f"--data {tmp_path / name}: {words}"


@pytest.mark.skipif(os.name == "nt", reason="there are no such files")
def test_a_pipe_is_no_archive(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "images.zip")
    assert "is a pipe or a device; give a folder" in complaint_about(tmp_path / "images.zip")


@pytest.mark.parametrize("spec", ["auto", "demo"])
def test_a_set_with_a_name_has_no_other_splits(spec: str) -> None:
    with pytest.raises(
        InputError, match=f"--data {spec} --test-split val: has train and test alone; leave out"
    ):
        check_source(spec, ImageOptions(test_split="val"))


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
