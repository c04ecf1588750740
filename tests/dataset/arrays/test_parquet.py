"""Sets in Parquet files: what is recognised, read, and refused."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from core.config.image_options import ImageOptions
from core.dataset.arrays.array_source import ArraySource
from core.dataset.arrays.parquet_files import find_parquet
from core.dataset.arrays.source_text import source_text
from core.dataset.images import ImageSet, Limits
from core.dataset.sources import load_images
from core.errors import InputError
from tests.dataset.samples import Recorder, flat_image

pa = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
parquet = pytest.importorskip("pyarrow.parquet")

NAMES = ("cat", "dog", "cow")


def picture(value: int, size: tuple[int, int] = (32, 32), kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    flat_image(value, size).save(stream, kind)
    return stream.getvalue()


def features(**columns: list[str]) -> dict[bytes, bytes]:
    """Return the metadata that `datasets` writes."""
    known: dict[str, Any] = {"image": {"_type": "Image"}}
    known |= {name: {"names": names, "_type": "ClassLabel"} for name, names in columns.items()}
    return {b"huggingface": json.dumps({"info": {"features": known}}).encode()}


def write(file: Path, count: int = 30, *, named: bool = True, first: int = 0, **columns: Any) -> Path:  # noqa: ANN401 - values
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = range(first, first + count)
    images = [{"bytes": picture(row), "path": None} for row in rows]
    found = {"image": images, "label": [row % 3 for row in rows]} | columns
    table = pa.table({name: values for name, values in found.items() if values is not None})
    if named:
        table = table.replace_schema_metadata(features(label=list(NAMES)))
    parquet.write_table(table, file, row_group_size=7)
    return file


def found(path: Path) -> ArraySource:
    source = find_parquet(path)
    assert source is not None
    return source


def load(path: Path, recorder: Recorder, **options: Any) -> ImageSet:  # noqa: ANN401 - passed on
    return load_images(str(path), recorder.progress, path.parent / "cache", recorder.notice, **options)


def text(path: Path) -> str:
    return source_text(found(path), ImageOptions())


def complaint(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        load(path, Recorder())
    return str(raised.value)


def test_shards_of_a_part_follow_one_another(tmp_path: Path, recorder: Recorder) -> None:
    data = tmp_path / "animals" / "data"
    write(data / "train-00000-of-00002.parquet", 30)
    write(data / "train-00001-of-00002.parquet", 20, first=30)
    write(data / "test-00000-of-00001.parquet", 10, first=50)
    for path in (data.parent, data):
        assert text(path) == "parquet: 3 classes, 50 + 10 images"
        assert found(path).label == "animals (parquet)"
    images = load(data.parent, recorder)
    assert (images.classes, images.form) == (NAMES, "parquet")
    assert [int(image[0, 0, 0]) for image in images.train.images] == list(range(50))
    assert images.test.labels.tolist() == [row % 3 for row in range(50, 60)]


@pytest.mark.parametrize(
    "files",
    [
        ("train.parquet", "test.parquet"),
        ("plain_text/train-00000-of-00001.parquet", "plain_text/test-00000-of-00001.parquet"),
        ("default/train/0000.parquet", "default/test/0000.parquet"),
        ("train/0000.parquet", "test/0000.parquet"),
    ],
)
def test_parts_are_told_by_names_of_files_or_folders(tmp_path: Path, files: tuple[str, str]) -> None:
    for file in files:
        write(tmp_path / file)
    assert [part.name for part in found(tmp_path).parts] == ["train", "test"]


def test_one_file_has_no_parts(tmp_path: Path, recorder: Recorder) -> None:
    images = load(write(tmp_path / "train.parquet"), recorder)
    assert (len(images.train), len(images.test)) == (27, 3)
    assert images.label == "train (parquet), 10% held out"


def test_of_a_limited_number_no_more_are_decoded(tmp_path: Path, recorder: Recorder) -> None:
    write(tmp_path / "train.parquet", 60)
    write(tmp_path / "validation.parquet", 12)
    images = load(tmp_path, recorder, limits=Limits(6, 3))
    assert (len(images.train), len(images.test)) == (6, 3)
    assert max(total for what, _, total in recorder.reports if what == "decoding images") == 6
    assert images.label.endswith("(parquet), tested on validation")


def test_the_first_of_several_columns_of_labels_is_taken_and_said(tmp_path: Path, recorder: Recorder) -> None:
    rows = range(30)
    images = [{"bytes": picture(row, (40, 30), "JPEG"), "path": "a.jpg"} for row in rows]
    table = pa.table({"img": images, "fine": [row % 3 for row in rows], "coarse": [row % 2 for row in rows]})
    metadata = features(coarse=["a", "b"], fine=["x", "y", "z"])
    parquet.write_table(table.replace_schema_metadata(metadata), tmp_path / "set.parquet")
    loaded = load(tmp_path / "set.parquet", recorder)
    assert loaded.classes == ("x", "y", "z")
    assert any("those of the column fine; coarse is not used" in notice for notice in recorder.notices)


def test_without_metadata_labels_are_numbers_or_texts(tmp_path: Path, recorder: Recorder) -> None:
    write(tmp_path / "numbers.parquet", named=False)
    assert load(tmp_path / "numbers.parquet", recorder).classes == ("0", "1", "2")
    texts = ["dog" if row % 2 else "cat" for row in range(30)]
    write(tmp_path / "texts.parquet", named=False, label=texts)
    assert load(tmp_path / "texts.parquet", recorder).classes == ("cat", "dog")
    plain = [picture(row) for row in range(30)]
    write(tmp_path / "plain.parquet", named=False, image=plain)
    assert len(load(tmp_path / "plain.parquet", recorder).train) == 27


def test_a_part_without_labels_is_not_tested_on(tmp_path: Path, recorder: Recorder) -> None:
    write(tmp_path / "train.parquet")
    write(tmp_path / "test.parquet", label=[-1] * 30)
    write(tmp_path / "validation.parquet", first=30)
    assert "test: 30 of its labels are none, such as -1" in complaint(tmp_path)
    assert len(load(tmp_path, recorder, options=ImageOptions(test_split="validation")).test) == 30


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"image": None}, "has the columns label, none of which is one of images"),
        ({"label": None}, "has the columns image, none of which is one of labels"),
        ({"label": [[0, 1]] * 30}, "column label has several labels an image; one class an image is needed"),
        ({"label": [None] * 30}, "30 rows of train.parquet have no label; every image needs one"),
        ({"label": [0.5] * 30}, "its labels are float64, and not whole numbers"),
        (
            {
                "image": [
                    *({"bytes": picture(n)} for n in range(16)),
                    *[{"bytes": None, "path": "a.png"}] * 14,
                ]
            },
            "train.parquet: its row 16 has no picture's bytes, but at most a path",
        ),
        ({"image": [b"\x89PNG\r\n\x1a\n"] * 30}, "30 images can't be read: row 0 of train.parquet ("),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(tmp_path: Path, columns: dict[str, Any], words: str) -> None:
    write(tmp_path / "train.parquet", **columns)
    write(tmp_path / "test.parquet", **columns)
    assert words in complaint(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "train.parquet is no Parquet file; get it again"),
        (b"PAR1 and no more", "train.parquet is cut short; get it again"),
        (b"version https://git-lfs.github.com/spec/v1\noid 1", "is a Git LFS pointer, not the file itself"),
        (b"PAR1" + b"\xff" * 64 + b"\x40\0\0\0PAR1", "train.parquet can't be read ("),
        (b"PAR1\xff\xff\xff\x7fPAR1", "train.parquet can't be read ("),
    ],
)
def test_what_is_no_parquet_file_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "train.parquet").write_bytes(content)
    assert words in complaint(tmp_path)


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    write(tmp_path / "train-00001-of-00003.parquet")
    write(tmp_path / "train-00002-of-00003.parquet")
    assert "train-00000-of-00003.parquet is missing; get it as well" in complaint(tmp_path)


def test_of_several_sets_one_is_to_be_named(tmp_path: Path) -> None:
    for name in ("large", "small"):
        write(tmp_path / name / "train.parquet")
    assert f"holds several sets (large, small); give one, such as {tmp_path}/large" in complaint(tmp_path)


def test_files_of_different_columns_are_not_one_set(tmp_path: Path) -> None:
    write(tmp_path / "train.parquet")
    write(tmp_path / "test.parquet", named=False)
    assert "has other columns or classes than" in complaint(tmp_path)
