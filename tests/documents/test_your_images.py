"""The page on images of one's own: its program run, its commands read, every refusal brought about."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from core.config.presets import Norm
from core.dataset.images import limited
from core.dataset.sources import load_images
from core.errors import InputError
from core.results.data_cautions import data_cautions
from core.results.labelled_runs import label_runs
from core.runs.image_identity import ImageIdentity
from tests.dataset.samples import Recorder, flat_image, write_image_folder
from tests.documents.pages import arguments, blocks, commands, page, understand
from tests.report.example_runs import DATA
from tests.results.studies import ended

TREES: Final = ("ash", "beech", "birch", "elm", "fir", "larch", "lime", "oak", "pine", "yew")
SPLITS: Final = ("train", "test")
REFUSALS: Final = dict(re.findall(r"^\| (.*?) \| `(.*)` \|$", page("your-images"), flags=re.MULTILINE))


def _oak(name: str) -> Callable[[Path], Path]:
    return lambda folder: folder / "train" / "oak" / name


def _remove(folder: Path, *places: str) -> None:
    for place in places:
        shutil.rmtree(folder / place)


def _emptied(folder: Path, place: str) -> None:
    _remove(folder, place)
    (folder / place).mkdir()


def _file(folder: Path) -> None:
    _remove(folder, "")
    folder.touch()


def _half_named(folder: Path) -> None:
    (folder / "train").rename(folder / "training_set")
    (folder / "test").rename(folder / "test_set")


def _cut(folder: Path) -> None:
    whole = folder / "train" / "oak" / "0000.png"
    _oak("cut.png")(folder).write_bytes(whole.read_bytes()[:60])


SPOILT: Final[dict[str, Callable[[Path], object]]] = {
    "no such folder": lambda folder: _remove(folder, ""),
    "a file": _file,
    "an empty folder": lambda folder: _emptied(folder, ""),
    "no `train/`": lambda folder: _remove(folder, "train"),
    "splits by half of their names": _half_named,
    "a class in one split alone": lambda folder: _remove(folder, "train/yew"),
    "one class": lambda folder: _remove(
        folder, *(f"{split}/{tree}" for split in SPLITS for tree in TREES[1:])
    ),
    "a class without images": lambda folder: _emptied(folder, "test/ash"),
    "pixels that are no shades": lambda folder: Image.new("F", (32, 32)).save(
        _oak("float.png")(folder), "TIFF"
    ),
    "no image at all": lambda folder: _oak("bad.png")(folder).write_bytes(b"bad"),
    "a file that was cut short": _cut,
    "several that cannot be read": lambda folder: [
        _oak(f"000{i}.png")(folder).write_bytes(b"") for i in (0, 1)
    ],
    "a pipe": lambda folder: os.mkfifo(_oak("pipe.png")(folder)),
}


@pytest.mark.parametrize(("what", "spoil"), SPOILT.items(), ids=SPOILT)
def test_what_is_refused_is_told_in_the_pages_words(
    what: str, spoil: Callable[[Path], object], tmp_path: Path
) -> None:
    folder = write_image_folder(tmp_path / "images", classes=TREES)
    spoil(folder)
    with pytest.raises(InputError) as refused:
        load_images(str(folder), Recorder().progress, tmp_path / "cache")
    assert str(refused.value) == f"--data {folder}: {REFUSALS[what]}"


def test_no_refusal_on_the_page_is_left_untried() -> None:
    assert REFUSALS.keys() == SPOILT.keys()


def test_photographs_of_any_size_are_taken_as_they_are(tmp_path: Path) -> None:
    for place, tree in enumerate(TREES[:3]):
        (tmp_path / "photos" / tree).mkdir(parents=True)
        for number, size in enumerate(((90, 70), (64, 128), (32, 32), (300, 20), (33, 31), (40, 40))):
            flat_image(50 * place + number, size).save(tmp_path / "photos" / tree / f"{number}.jpg")
    found = load_images(str(tmp_path / "photos"), Recorder().progress, tmp_path / "cache")
    assert (found.classes, len(found.train), len(found.test)) == (TREES[:3], 15, 3)


def test_what_is_said_of_too_many_and_of_all_images(tmp_path: Path) -> None:
    folder = write_image_folder(tmp_path / "images", classes=TREES, per_class=(8, 1))
    with pytest.raises(InputError) as refused:
        limited(load_images(str(folder), Recorder().progress, tmp_path / "cache"), 500, None)
    assert f"`{refused.value}`" in page("your-images")
    own = replace(DATA, source="folder", identity=ImageIdentity.OTHER)
    (said,) = data_cautions(label_runs([replace(ended(Norm.BATCH, 0.5), data=own)]))
    assert said in blocks("your-images", "text")[-1].splitlines()


@pytest.mark.parametrize("line", commands("your-images"))
def test_every_command_is_understood(line: str) -> None:
    understand(arguments(line))
