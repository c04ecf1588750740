"""Many pictures, by several threads."""

import tracemalloc
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.config.image_options import ImageOptions
from core.dataset.pictures.decoding import Decoded, Encoded, decode_pictures
from core.dataset.progress import Stage
from core.errors import InputError
from core.runs.events import Unit
from tests.dataset.pictures.samples import AT_32, encoded
from tests.dataset.samples import Recorder, flat_image

FOLDER = Path("/images")


def of(value: int, *, wide: bool = False, read: bytes | None = None) -> Encoded:
    content = (
        encoded(flat_image(value % 256, (48, 40) if wide else (32, 32)), "PNG") if read is None else read
    )
    return Encoded(value, f"train/{value:03}.png", partial(bytes, content), len(content))


def decode(pictures: Iterator[Encoded], count: int, options: ImageOptions = AT_32) -> Decoded:
    recorder = Recorder()
    stage = Stage(recorder.progress, "decoding images", count, Unit.IMAGES)
    decoded = decode_pictures(pictures, count, options, stage, FOLDER)
    assert recorder.reports[-1] == ("decoding images", count, count)
    return decoded


def complaint(pictures: Iterator[Encoded], count: int) -> str:
    with pytest.raises(InputError) as refused:
        decode(pictures, count)
    return str(refused.value)


def test_each_fills_its_row_whatever_the_order() -> None:
    rows = np.random.default_rng(0).permutation(700).tolist()
    decoded = decode((of(row, wide=row % 7 == 0) for row in rows), 700)
    for row in range(700):
        assert np.array_equal(decoded.pixels[row], np.asarray(flat_image(row % 256)))
    assert decoded.formats == {"PNG"}
    assert decoded.adjustments.lines() == ("100 images of 48×40 scaled and cropped to 32×32",)


def test_bad_ones_are_named_by_row_and_counted() -> None:
    cut = encoded(Image.effect_noise((32, 32), 90), "PNG")[:300]
    bad = dict.fromkeys(range(560, 300, -20), cut) | {3: b""}
    told = complaint((of(row, read=bad.get(row)) for row in reversed(range(600))), 600)
    assert told.startswith(
        "--data /images: 14 images can't be read: train/003.png (the file is empty), "
        "train/320.png (image file is truncated), train/340.png (image file is truncated), "
    )
    assert told.endswith("train/480.png (image file is truncated), and 4 more; replace or remove them")


def test_one_is_named_alone() -> None:
    told = complaint((of(row, read=b"" if row == 2 else None) for row in range(3)), 3)
    assert told == ("--data /images: train/002.png can't be read (the file is empty); replace or remove it")


def test_what_cannot_be_opened_is_a_bad_one(tmp_path: Path) -> None:
    missing = Encoded(1, "train/gone.png", (tmp_path / "gone.png").read_bytes)
    assert complaint(iter([of(0), missing]), 2).endswith(
        "train/gone.png can't be read (No such file or directory); replace or remove it"
    )


def test_too_few_are_refused() -> None:
    assert "it changed while it was read" in complaint((of(row) for row in range(3)), 4)


def test_what_the_source_raises_is_passed_on() -> None:
    def broken() -> Iterator[Encoded]:
        yield of(0)
        raise InputError("the archive ends early")

    assert complaint(broken(), 2) == "the archive ends early"


def test_more_than_memory_takes_is_refused() -> None:
    stage = Stage(Recorder().progress, "", 1, Unit.IMAGES)
    with pytest.raises(InputError, match=r"take 196,608\.0 GB of memory, of which there are"):
        decode_pictures(iter(()), 10**9, ImageOptions(256), stage, FOLDER)


def test_a_long_archive_is_not_held_whole() -> None:
    megabyte = bytes(2**20)

    def archive() -> Iterator[Encoded]:
        for row in range(200):
            content = encoded(flat_image(row), "BMP") + megabyte
            yield Encoded(row, str(row), partial(bytes, content), len(content))

    tracemalloc.start()
    try:
        decode(archive(), 200)
        assert tracemalloc.get_traced_memory()[1] < 170 * 2**20
    finally:
        tracemalloc.stop()
