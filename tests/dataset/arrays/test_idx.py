"""Sets in idx files: what is recognised, read, and refused."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from core.config.image_options import ImageOptions
from core.dataset.arrays.array_source import ArraySource
from core.dataset.arrays.idx_files import find_idx
from core.dataset.arrays.read_idx import read_idx
from core.dataset.arrays.source_text import source_text
from core.errors import InputError
from tests.dataset.arrays.samples import idx_bytes, labels, pixels, write_idx, write_mnist


def found(path: Path) -> ArraySource:
    source = find_idx(path)
    assert source is not None
    return source


def text(path: Path) -> str:
    return source_text(found(path), ImageOptions())


def complaint(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        read_idx(source := found(path), [part.name for part in source.parts])
    return str(raised.value)


@pytest.mark.parametrize(
    "name",
    [
        "{part}-{kind}-idx{dimensions}-ubyte",
        "{part}-{kind}-idx{dimensions}-ubyte.gz",
        "{part}-{kind}.idx{dimensions}-ubyte",
        "emnist-letters-{part}-{kind}-idx{dimensions}-ubyte.gz",
    ],
)
def test_headers_tell_numbers_size_and_classes_by_any_usual_name(tmp_path: Path, name: str) -> None:
    source = found(write_mnist(tmp_path / "fashion", name=name))
    assert text(source.path) == "idx: 10 classes, 40 + 20 images, 28×28 → 32×32"
    assert source.label == ("emnist-letters (idx)" if "emnist" in name else "fashion (idx)")


def test_images_and_labels_are_those_that_were_written(tmp_path: Path) -> None:
    source = found(write_mnist(tmp_path / "mnist", name="{part}-{kind}-idx{dimensions}-ubyte.gz"))
    raw = read_idx(source, ["train", "test"])
    assert np.array_equal(np.asarray(raw.images["test"]), pixels(20, 28, 28))
    assert raw.labels["train"].tolist() == labels(40).tolist()


def test_images_may_be_in_colour_and_labels_longer_than_a_byte(tmp_path: Path) -> None:
    folder = write_idx(tmp_path / "colour", (pixels(6, 9, 7, 3), labels(6, 2)))
    (folder / "train-labels-idx1-ubyte").write_bytes(idx_bytes(np.array([1, 300] * 3), ">i4"))
    source = found(folder)
    assert (source.size, source.classes) == ((7, 9), 2)
    assert read_idx(source, ["train"]).labels["train"].tolist() == [1, 300] * 3


def test_emnist_is_set_upright(tmp_path: Path) -> None:
    source = found(write_mnist(tmp_path, name="emnist-digits-{part}-{kind}-idx{dimensions}-ubyte"))
    raw = read_idx(source, ["train"])
    assert np.array_equal(np.asarray(raw.images["train"]), pixels(40, 28, 28).swapaxes(1, 2))
    assert "set upright" in raw.notes[0]


def test_of_several_sets_in_a_folder_one_is_named_by_a_file_of_it(tmp_path: Path) -> None:
    for name in ("letters", "digits"):
        write_mnist(tmp_path, name=f"emnist-{name}-{{part}}-{{kind}}-idx{{dimensions}}-ubyte")
    assert "holds several sets (emnist-digits, emnist-letters); name one by a file of it" in complaint(
        tmp_path
    )
    assert found(tmp_path / "emnist-letters-train-images-idx3-ubyte").label == "emnist-letters (idx)"


def test_torchvisions_folder_of_raw_files_is_entered(tmp_path: Path) -> None:
    write_mnist(tmp_path / "KMNIST" / "raw")
    assert found(tmp_path / "KMNIST").label == "KMNIST (idx)"


def test_what_is_no_idx_file_by_its_name_is_none_of_its_business(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "images.bin").touch()
    assert find_idx(tmp_path) is None
    assert find_idx(tmp_path / "images.bin") is None


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("train-images-idx3-ubyte", b"", "is no idx file: it begins with nothing"),
        ("train-images-idx3-ubyte", b"\x89PNG\r\n\x1a\n", "is no idx file: it begins with 89 50 4e 47"),
        ("train-images-idx3-ubyte", b"\0\0\x08\3\0\0\0\1", "is cut short: its header is not whole"),
        ("train-images-idx3-ubyte", b"\0\0\x0d\3" + bytes(12), "has values of type 0x0d; bytes are needed"),
        ("train-images-idx3-ubyte", b"\0\0\x08\3" + b"\xff" * 12, "391 by its header; get it again"),
        ("train-images-idx3-ubyte", idx_bytes(pixels(40, 28, 28))[:-1], "has 31,375 bytes, but 31,376"),
        ("train-images-idx3-ubyte", idx_bytes(pixels(40, 28, 0)), "holds no images"),
        ("train-images-idx3-ubyte", idx_bytes(pixels(40, 28, 28, 5)), "holds no images"),
        ("train-images-idx3-ubyte", idx_bytes(pixels(39, 28, 28)), "has 39 images, but"),
        (
            "train-images-idx3-ubyte",
            idx_bytes(pixels(40, 27, 28)),
            "the images of train and test differ in size",
        ),
        (
            "train-labels-idx1-ubyte",
            idx_bytes(pixels(40, 2)),
            "has 2 dimensions; labels are one number an image",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    folder = write_mnist(tmp_path)
    (folder / name).write_bytes(content)
    message = complaint(folder)
    assert words in message
    assert message.startswith(f"--data {folder}: ")


@pytest.mark.parametrize("kind", ["images", "labels"])
def test_a_missing_file_is_named(tmp_path: Path, kind: str) -> None:
    folder = write_mnist(tmp_path)
    (file,) = folder.glob(f"t10k-{kind}-*")
    file.unlink()
    assert f" has no t10k-{kind}-idx{'3' if kind == 'images' else '1'}-ubyte beside it" in complaint(folder)


@pytest.mark.parametrize("damage", ["cut", "torn", "no gzip"])
def test_a_damaged_gzip_file_is_named(tmp_path: Path, damage: str) -> None:
    folder = write_mnist(tmp_path, name="{part}-{kind}-idx{dimensions}-ubyte.gz")
    file = folder / "train-images-idx3-ubyte.gz"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    file.write_bytes(bytes({"cut": content[:-1000], "torn": content, "no gzip": b"P" * 1000}[damage]))
    assert "train-images-idx3-ubyte.gz" in complaint(folder)


def test_a_header_that_asks_for_more_than_there_is_gets_no_memory(tmp_path: Path) -> None:
    folder = write_mnist(tmp_path, name="{part}-{kind}-idx{dimensions}-ubyte.gz")
    claim = b"\0\0\x08\3" + b"\0\0\0\x28" + b"\0\x10\0\0" * 2  # 40 images of a million by a million
    packed = bytearray(gzip.compress(claim))
    packed[-4:] = ((40 << 40) + 16 & 0xFFFFFFFF).to_bytes(4, "little")  # as if all of them were there
    for part in ("train", "t10k"):
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(packed)
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx_bytes(labels(40))))
    assert "takes 43,980.5 GB of memory" in complaint(folder)
    sparse = write_mnist(tmp_path / "sparse")
    with (sparse / "train-images-idx3-ubyte").open("wb") as file:
        file.write(claim)
    os.truncate(sparse / "train-images-idx3-ubyte", 2**40)
    assert "bytes, but 43,980,465,111,056 by its header" in complaint(sparse)
