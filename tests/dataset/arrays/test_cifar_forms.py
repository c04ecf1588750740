"""CIFAR-10's binary form and both of CIFAR-100's."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest

from core.config.image_options import ImageOptions
from core.dataset.arrays.array_source import ArraySource
from core.dataset.arrays.cifar_files import CIFAR100_PYTHON, find_cifar
from core.dataset.arrays.read_cifar import read_cifar100_pickles, read_cifar_binary
from core.dataset.arrays.source_text import source_text
from core.dataset.cache import ImageCache
from core.dataset.layout import CIFAR10_CLASSES
from core.dataset.published_pickles import published_archive
from core.errors import InputError
from tests.dataset.arrays.samples import write_cifar_binary
from tests.dataset.samples import Recorder, write_cifar100_archive


def found(path: Path) -> ArraySource:
    source = find_cifar(path)
    assert source is not None
    return source


def text(path: Path) -> str:
    return source_text(found(path), ImageOptions())


def packed(folder: Path, name: str) -> Path:
    with tarfile.open(folder.parent / name, "w:gz") as tar:
        tar.add(folder, folder.name)
    return folder.parent / name


def test_cifar10_binary_is_found_by_itself_its_folder_and_any_name(tmp_path: Path) -> None:
    folder = write_cifar_binary(tmp_path / "cifar-10-batches-bin", fine=False)
    assert text(tmp_path) == "CIFAR-10, binary: 10 classes, 100 + 20 images, 32×32"
    assert found(folder).files == found(tmp_path).files
    assert found(folder.rename(tmp_path / "mine")).label == "CIFAR-10 (binary)"


def test_pixels_are_in_rows_columns_and_colours(tmp_path: Path) -> None:
    folder = write_cifar_binary(tmp_path / "cifar-10-batches-bin", fine=False)
    raw = read_cifar_binary(found(folder), ["train", "test"], Recorder().progress)
    record = (folder / "data_batch_2.bin").read_bytes()[3 * 3073 :]
    image = np.asarray(raw.images["train"])[23, 4, 7].tolist()
    assert image == [record[1 + 4 * 32 + 7 + 1024 * colour] for colour in range(3)]
    assert raw.labels["train"][20:30].tolist() == list(range(10))
    assert raw.names == CIFAR10_CLASSES


def test_cifar100_has_fine_classes(tmp_path: Path) -> None:
    folder = write_cifar_binary(tmp_path / "cifar-100-binary", fine=True)
    raw = read_cifar_binary(found(folder), ["test"], Recorder().progress)
    assert raw.labels["test"].tolist() == list(range(100))
    assert raw.names[99] == "fine99"


@pytest.mark.parametrize("fine", [False, True])
def test_an_archive_gives_the_same_as_its_files(tmp_path: Path, recorder: Recorder, fine: bool) -> None:  # noqa: FBT001 - pytest passes it by name
    folder = write_cifar_binary(
        tmp_path / ("cifar-100-binary" if fine else "cifar-10-batches-bin"), fine=fine
    )
    archive = packed(folder, "cifar-100-binary.tar.gz" if fine else "cifar-10-binary.tar.gz")
    kept = read_cifar_binary(found(folder), ["train", "test"], recorder.progress)
    folder.rename(tmp_path.parent / f"{tmp_path.name}-gone")
    for path in (archive, tmp_path):
        unpacked = read_cifar_binary(found(path), ["train", "test"], recorder.progress)
        for part in ("train", "test"):
            assert np.array_equal(np.asarray(unpacked.images[part]), np.asarray(kept.images[part]))
            assert np.array_equal(unpacked.labels[part], kept.labels[part])
    size = archive.stat().st_size
    assert (f"unpacking {archive.name}", size, size) in recorder.reports


def test_missing_and_cut_files_are_named(tmp_path: Path) -> None:
    folder = write_cifar_binary(tmp_path / "cifar-10-batches-bin", fine=False)
    file = folder / "data_batch_3.bin"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(
        InputError, match=r"data_batch_3\.bin has 61,459 bytes, which is no multiple of 3,073"
    ):
        find_cifar(tmp_path)
    file.unlink()
    with pytest.raises(
        InputError, match=r"data_batch_3\.bin is missing; unpack cifar-10-binary\.tar\.gz again"
    ):
        find_cifar(tmp_path)


@pytest.mark.parametrize("content", ["cut", "empty", "huge", "link"])
def test_a_bad_archive_is_refused(tmp_path: Path, content: str, recorder: Recorder) -> None:
    archive = tmp_path / "cifar-100-binary.tar.gz"
    if content == "cut":
        packed(write_cifar_binary(tmp_path / "cifar-100-binary", fine=True), archive.name)
        archive.write_bytes(archive.read_bytes()[:100_000])
    else:
        with tarfile.open(archive, "w:gz") as tar:
            member = tarfile.TarInfo("cifar-100-binary/train.bin")
            if content == "huge":
                member.size = 2**40
                tar.fileobj.write(member.tobuf())
            elif content == "link":
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
                tar.addfile(member, io.BytesIO())
    with pytest.raises(InputError, match=r"cifar-100-binary\.tar\.gz"):
        read_cifar_binary(found(archive), ["train", "test"], recorder.progress)


def test_the_names_known_without_torchvision_are_torchvisions() -> None:
    genuine = published_archive("CIFAR100")
    assert genuine.file.name == CIFAR100_PYTHON.archive
    assert genuine.folder == CIFAR100_PYTHON.folder
    assert tuple(file.name for file in genuine.members) == CIFAR100_PYTHON.names
    assert genuine.file.md5 == "eb9058c3a382ffc7106e4002c42a8d85"  # the published one


def test_cifar100_python_is_believed_by_its_checksums_alone(tmp_path: Path, recorder: Recorder) -> None:
    archive, file = write_cifar100_archive(tmp_path)
    cache = ImageCache(tmp_path / "cache")
    folder = file.parent / "cifar-100-python"
    assert text(folder) == "CIFAR-100, python: 100 classes, 32×32, no limits verdict"
    assert found(file).label == "CIFAR-100"
    for source in (found(folder), found(file)):
        raw = read_cifar100_pickles(source, cache, "key", recorder.progress, archive)
        assert np.asarray(raw.images["train"]).shape == (200, 32, 32, 3)
        assert raw.labels["test"].tolist() == list(range(100))
        assert raw.names[99] == "class99"
    with pytest.raises(InputError, match=r"cifar-100-python\.tar\.gz is damaged \(its md5 is not eb9058c3"):
        read_cifar100_pickles(found(file), cache, "key", recorder.progress)
    with pytest.raises(InputError, match=r"cifar-100-python: train is damaged \(its md5 is not"):
        read_cifar100_pickles(found(folder), cache, "key", recorder.progress)
