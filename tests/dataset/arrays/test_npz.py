"""Sets in .npz files: what is recognised, read, and refused."""

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.config.image_options import ImageOptions
from core.dataset.arrays.array_source import ArraySource
from core.dataset.arrays.npz_files import find_npz
from core.dataset.arrays.raw_splits import RawSplits
from core.dataset.arrays.read import parts_of, read_parts, splits
from core.dataset.arrays.source_text import source_text
from core.dataset.cache import ImageCache
from core.errors import InputError
from tests.dataset.arrays.samples import labels, pixels


def written(tmp_path: Path, **arrays: NDArray[Any]) -> Path:
    np.savez_compressed(tmp_path / "set.npz", **arrays)  # type: ignore[arg-type] # its stub takes no mapping
    return tmp_path / "set.npz"


def found(path: Path) -> ArraySource:
    source = find_npz(path)
    assert source is not None
    return source


def read(path: Path, options: ImageOptions | None = None) -> RawSplits:
    source = found(path)
    chosen = parts_of(source, options or ImageOptions())
    names = [name for name in (chosen.train, chosen.test) if name is not None]
    raw = read_parts(source, names, ImageCache(path.parent / "cache"), "key", lambda *_: None)
    return splits(raw, chosen, path, source.label)


def text(path: Path) -> str:
    return source_text(found(path), ImageOptions())


def complaint(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        read(path)
    assert str(raised.value).startswith(f"--data {path}")
    return str(raised.value)


def test_keras_has_x_and_y(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        x_train=pixels(40, 28, 28),
        y_train=labels(40),
        x_test=pixels(20, 28, 28),
        y_test=labels(20, kind="i8"),
    )
    source = found(path)
    assert text(source.path) == "npz: 10 classes, 40 + 20 images, 28×28 → 32×32"
    assert source.label == "set.npz"
    raw = read(path)
    assert raw.test is not None
    assert np.array_equal(np.asarray(raw.test.images), pixels(20, 28, 28))
    assert raw.classes == tuple("0123456789")


def test_medmnist_has_a_part_to_validate_on(tmp_path: Path) -> None:
    arrays = {
        f"{part}_{kind}": array
        for part, count in (("train", 30), ("val", 10), ("test", 20))
        for kind, array in (("images", pixels(count, 28, 28, 3)), ("labels", labels(count, 5)[:, None]))
    }
    path = written(tmp_path, **arrays)
    assert text(path) == "npz: 5 classes, 30 + 20 images, 28×28 → 32×32"
    raw = read(path)
    assert raw.test is not None
    assert len(raw.test) == 20
    assert raw.notes == ("tested on test; val is not used (--test-split takes another)",)
    validated = read(path, ImageOptions(test_split="val"))
    assert validated.test is not None
    assert len(validated.test) == 10
    with pytest.raises(InputError, match=r"--test-split dev: .*set\.npz has no such part; give test or val"):
        read(path, ImageOptions(test_split="dev"))


@pytest.mark.parametrize("names", [("images", "labels"), ("X", "y"), ("data", "target"), ("arr_0", "arr_1")])
def test_a_set_without_parts_has_nothing_to_test_on(tmp_path: Path, names: tuple[str, str]) -> None:
    raw = read(written(tmp_path, **{names[0]: pixels(20, 9, 9), names[1]: labels(20)}))
    assert raw.test is None
    assert len(raw.train) == 20


@pytest.mark.parametrize(
    ("images", "wanted", "words"),
    [
        (pixels(20, 3, 8, 9), np.moveaxis(pixels(20, 3, 8, 9), 1, -1), "channels stand before"),
        (pixels(20, 8, 9) / np.float32(255), pixels(20, 8, 9), "values from 0 to 1: multiplied by 255"),
        (pixels(20, 8, 9).astype(np.float64), pixels(20, 8, 9), "from 0 to 255 with a point: rounded"),
        (pixels(20, 8, 9).astype(">i8"), pixels(20, 8, 9), ""),
        (pixels(20, 8, 9).astype(np.uint16) * 257, pixels(20, 8, 9).astype(np.uint16) * 257, ""),
        (pixels(20, 8, 9) > 127, (pixels(20, 8, 9) > 127) * np.uint8(255), "of false and true"),
    ],
    ids=["channels first", "0 to 1", "0 to 255", "long", "16 bits", "boolean"],
)
def test_images_of_every_kind_of_number_are_brought_to_bytes_and_it_is_said(
    tmp_path: Path, images: NDArray[Any], wanted: NDArray[Any], words: str
) -> None:
    raw = read(written(tmp_path, images=images, labels=labels(20)))
    assert np.array_equal(np.asarray(raw.train.images), wanted)
    assert np.asarray(raw.train.images).dtype == wanted.dtype
    assert words in " ".join(raw.notes)


@pytest.mark.parametrize(
    ("train", "test", "words"),
    [
        (pixels(20, 8, 9) / np.float32(255), pixels(20, 8, 9), "train has values up to 1 and test up to 255"),
        (pixels(20, 8, 9) / 255, pixels(20, 8, 9) * 1.0, "train has values up to 1 and test up to 255"),
        (pixels(20, 8, 9) > 127, pixels(20, 8, 9), "train has values up to 1 and test up to 255"),
        (
            pixels(20, 8, 9) * np.uint16(257),
            pixels(20, 8, 9),
            "test has values up to 255 and train up to 65,535",
        ),
    ],
)
def test_parts_of_other_units_are_refused(
    tmp_path: Path, train: NDArray[Any], test: NDArray[Any], words: str
) -> None:
    path = written(tmp_path, x_train=train, y_train=labels(20), x_test=test, y_test=labels(20))
    assert words in complaint(path)


def test_parts_of_other_types_and_one_unit_are_alike(tmp_path: Path) -> None:
    whole, real = pixels(20, 8, 9).astype(np.int64), pixels(20, 8, 9).astype(np.float32)
    raw = read(written(tmp_path, x_train=whole, y_train=labels(20), x_test=real, y_test=labels(20)))
    assert raw.test is not None
    for split in (raw.train, raw.test):
        assert np.array_equal(np.asarray(split.images), pixels(20, 8, 9))


def test_classes_may_have_names(tmp_path: Path) -> None:
    named = read(
        written(tmp_path, x=pixels(20, 8, 8), y=labels(20, 2), classes=np.array(["cat", "dog", "cow"]))
    )
    assert named.classes == ("cat", "dog")  # no image is of a cow
    texts = read(
        written(tmp_path, x=pixels(20, 8, 8), y=np.array(["dog", "cat"] * 10), classes=np.array(["a"]))
    )
    assert texts.classes == ("cat", "dog")
    assert texts.train.labels.tolist() == [1, 0] * 10


def test_rows_with_one_one_are_classes(tmp_path: Path) -> None:
    raw = read(written(tmp_path, x=pixels(20, 8, 8), y=np.eye(4)[labels(20, 4)]))
    assert raw.train.labels.tolist() == labels(20, 4).tolist()
    assert raw.notes == ("each label is a row of zeros with a one: its place is taken as the class",)


def test_labels_that_begin_with_one_are_called_so(tmp_path: Path) -> None:
    raw = read(written(tmp_path, x=pixels(20, 8, 8), y=labels(20, 3) + 1))
    assert raw.classes == ("1", "2", "3")
    assert set(raw.train.labels.tolist()) == {0, 1, 2}


def test_one_file_in_a_folder_is_meant_and_of_two_neither(tmp_path: Path) -> None:
    written(tmp_path, x=pixels(20, 8, 8), y=labels(20))
    assert found(tmp_path).files == (tmp_path / "set.npz",)
    (tmp_path / "other.npz").touch()
    with pytest.raises(InputError, match=r"holds other\.npz, set\.npz; give one of them, such as"):
        find_npz(tmp_path)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"weights": pixels(3, 8)}, "holds weights; it needs images and labels, called x_train"),
        ({"x": pixels(20, 64), "y": labels(20)}, "x is (20, 64); images are (number, height, width)"),
        ({"x": pixels(20, 8, 8, 5), "y": labels(20)}, "x is (20, 8, 8, 5); images are"),
        (
            {"x": pixels(20, 8, 8), "y": labels(19)},
            "x is (20, 8, 8), but y (19); both must have the same number",
        ),
        ({"x": pixels(20, 8, 8) - 1.0, "y": labels(20)}, "values from -1 to 254; they must be from 0 to 1"),
        ({"x": pixels(20, 8, 8) * 2.0, "y": labels(20)}, "values up to 510; they must be from 0 to 1, or"),
        ({"x": np.full((20, 8, 8), np.nan), "y": labels(20)}, "values from nan to nan"),
        ({"x": pixels(20, 8, 8).astype(object), "y": labels(20)}, "x holds Python objects, which are never"),
        ({"x": pixels(20, 8, 8) * 1j, "y": labels(20)}, "x holds <c16; it must hold numbers"),
        ({"x": pixels(20, 8, 8), "y": labels(20) + 0.5}, "its labels are float64, and not whole numbers"),
        ({"x": pixels(20, 8, 8), "y": np.ones((20, 3))}, "several an image; one class an image is needed"),
        ({"x": pixels(20, 8, 8), "y": np.zeros(20)}, "has 1 class; 2 to 1,000 are needed"),
        ({"x": pixels(1500, 2, 2), "y": np.arange(1500)}, "has 1,500 classes; 2 to 1,000 are needed"),
        (
            {
                "x_train": pixels(9, 8, 8),
                "y_train": labels(9, 2),
                "x_test": pixels(9, 8, 8),
                "y_test": labels(9),
            },
            "test: has images of 2, 3, 4, 5, 6, of which there are no training images",
        ),
        ({"x_test": pixels(9, 8, 8), "y_test": labels(9)}, "has test but nothing called train"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(
    tmp_path: Path, arrays: dict[str, NDArray[Any]], words: str
) -> None:
    assert words in complaint(written(tmp_path, **arrays))


def with_header(tmp_path: Path, header: str, body: bytes = b"") -> Path:
    path = written(tmp_path, y=labels(20))
    text = header.encode().ljust(118) + b"\n"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text + body)
    return path


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            "{'descr': '|u1', 'fortran_order': False, 'shape': (20, 1000000, 1000000)}",
            "bytes are not; save it",
        ),
        ("{'descr': '|u1', 'fortran_order': False, 'shape': (20, -1, 8)}", "an array has no shape"),
        ("{'descr': '|u1', 'fortran_order': False, 'shape': 20}", "an array has no shape"),
        ("{'descr': __import__('os').getcwd(), 'shape': (20, 8, 8)}", "can't be read as .npz"),
        ("[" * 100, "can't be read as .npz"),
        ("{}", "can't be read as .npz ('shape')"),
    ],
)
def test_a_hostile_header_is_refused_and_gets_no_memory(tmp_path: Path, header: str, words: str) -> None:
    assert words in complaint(with_header(tmp_path, header))


def test_what_would_not_fit_into_memory_is_not_unpacked(tmp_path: Path) -> None:
    path = with_header(tmp_path, "{'descr': '|u1', 'fortran_order': False, 'shape': (20, 1000000, 1000000)}")
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\1\2")
    size = int.from_bytes(content[entry + 24 : entry + 28], "little")
    assert size == 129
    honest = 20 * 10**12 + 129  # as a packed file of zeros would truly have: in the zip64 extra field
    extra = b"\1\0\x08\0" + honest.to_bytes(8, "little")
    name = int.from_bytes(content[entry + 28 : entry + 30], "little")
    content[entry + 24 : entry + 28] = b"\xff" * 4
    content[entry + 30 : entry + 32] = len(extra).to_bytes(2, "little")
    content[entry + 46 + name : entry + 46 + name] = extra
    end = content.rindex(b"PK\5\6")
    length = int.from_bytes(content[end + 12 : end + 16], "little") + len(extra)
    content[end + 12 : end + 16] = length.to_bytes(4, "little")
    path.write_bytes(content)
    assert "takes 20,000.0 GB of memory" in complaint(path)


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "unpickled",)

    stream = io.BytesIO()
    pickle.dump(Evil(), stream)
    header = "{'descr': '|O', 'fortran_order': False, 'shape': (20, 8, 8)}"
    assert "holds Python objects" in complaint(with_header(tmp_path, header, stream.getvalue()))
    classes = np.array([Evil(), Evil()], dtype=object)
    unnamed = read(written(tmp_path, x=pixels(20, 8, 8), y=labels(20, 2), classes=classes))
    assert unnamed.classes == ("0", "1")
    assert unnamed.notes == ("classes holds Python objects, which are never unpickled: it is not used",)
    assert not (tmp_path / "unpickled").exists()


@pytest.mark.parametrize("content", [b"", b"PK\5\6" + bytes(18), b"not a zip archive"])
def test_what_is_no_npz_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(content)
    assert complaint(path)
