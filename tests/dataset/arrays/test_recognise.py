"""What is taken for a set in arrays, and what is not; and that it is not looked into anew without need."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from core.dataset.arrays.recognise import found_arrays, recognised
from core.dataset.availability import look_for
from core.doctor.findings import fine
from core.doctor.images import check_images
from core.errors import InputError
from tests.dataset.arrays.samples import labels, pixels, write_mnist
from tests.dataset.samples import write_image_folder


def test_pictures_in_folders_are_none_whatever_lies_beside_them(tmp_path: Path) -> None:
    folder = write_image_folder(tmp_path / "images")
    np.savez(folder / "features.npz", x=pixels(4, 8, 8), y=labels(4))
    assert recognised(folder) is None
    assert recognised(folder / "train") is None
    np.savez(folder / "train" / "features.npz", x=pixels(4, 8, 8), y=labels(4))
    assert recognised(folder / "train") is None


def test_pictures_are_known_by_whatever_endings_they_have(tmp_path: Path) -> None:
    folder = write_image_folder(tmp_path / "images")
    for place in folder.rglob("*.png"):
        place.rename(place.with_suffix(".jfif"))
    np.savez(folder / "train" / "features.npz", x=pixels(4, 8, 8), y=labels(4))
    assert recognised(folder / "train") is None


def test_an_empty_folder_and_a_text_are_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x_train")
    assert recognised(tmp_path) is None
    assert recognised(tmp_path / "notes.txt") is None


def test_a_set_is_remembered_until_one_of_its_files_changes(tmp_path: Path) -> None:
    folder = write_mnist(tmp_path / "digits")
    first = found_arrays(folder)
    assert found_arrays(folder) is first
    write_mnist(folder, 50)
    assert found_arrays(folder).part("train").count == 50
    (folder / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(InputError, match=r"train-images-idx3-ubyte has no train-labels-idx1-ubyte beside it"):
        found_arrays(folder)


def test_what_is_none_any_more_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it changed while it was looked at"):
        found_arrays(tmp_path)


@pytest.mark.skipif(find_spec("pyarrow") is not None, reason="pyarrow is installed")
def test_what_parquet_needs_is_told_where_it_is_missing(tmp_path: Path) -> None:
    (tmp_path / "train.parquet").write_bytes(b"PAR1 and PAR1")
    with pytest.raises(
        InputError, match=r"needs pyarrow; install cifar-tui\[parquet\], or in a clone: uv run --extra"
    ):
        recognised(tmp_path)


def test_the_doctor_says_what_is_there(tmp_path: Path) -> None:
    data = str(write_mnist(tmp_path / "digits"))
    (finding,) = check_images(data, tmp_path / "cache", (), can_keep=True)
    assert finding == fine(f"--data {data}", "idx: 10 classes, 40 + 20 images, 28×28 → 32×32")


def test_looking_imports_neither_numpy_nor_torch(tmp_path: Path) -> None:
    np.savez(tmp_path / "set.npz", x=pixels(4, 8, 8), y=labels(4))
    program = (
        "import sys; from core.dataset.availability import look_for\n"
        f"print(look_for({str(tmp_path / 'set.npz')!r}).text, look_for('torchvision:MNIST').usable)\n"
        f"print(look_for({str(write_mnist(tmp_path / 'digits'))!r}).classes)\n"
        "print({'numpy', 'torch', 'torchvision', 'pyarrow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1:] == ["10", "set()"]
    assert look_for(str(tmp_path / "set.npz")).text in done.stdout
