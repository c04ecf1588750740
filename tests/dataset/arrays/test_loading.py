"""Sets of every form through what `--data` names: looked for, loaded, kept, limited, held out, sampled."""

import io
import os
import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.config.image_options import ImageOptions
from core.dataset.array_set import SOURCE, load_array_set
from core.dataset.arrays.recognise import found_arrays
from core.dataset.availability import check_source, look_for
from core.dataset.cache import ImageCache
from core.dataset.genuine_digest import keep_genuine_digest
from core.dataset.images import ImageSet, Limits
from core.dataset.layout import CIFAR10_CLASSES
from core.dataset.recognition import KnownSet, content_digest
from core.dataset.sample_images import sample_images
from core.dataset.sources import load_images
from core.errors import InputError
from core.runs.image_identity import ImageIdentity
from tests.dataset.arrays.samples import labels, pixels, write_cifar_binary, write_idx, write_mnist
from tests.dataset.samples import Recorder, write_image_folder


def npz(folder: Path) -> Path:
    np.savez(folder / "set.npz", x_train=pixels(40, 28, 28), y_train=labels(40))
    return folder / "set.npz"


FORMS: dict[str, Callable[[Path], Path]] = {
    "idx": lambda folder: write_mnist(folder / "digits"),
    "npz": npz,
    "cifar-10": lambda folder: write_cifar_binary(folder / "cifar-10-batches-bin", fine=False),
    "cifar-100": lambda folder: write_cifar_binary(folder / "cifar-100-binary", fine=True),
}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def load(path: Path, recorder: Recorder, limits: Limits | None = None, **options: object) -> ImageSet:
    return load_images(
        str(path),
        recorder.progress,
        notice=recorder.notice,
        options=ImageOptions(**options),  # type: ignore[arg-type] # its own tests' business
        limits=limits or Limits(),
    )


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("form", FORMS)
def test_a_set_is_found_loaded_once_and_shown(tmp_path: Path, recorder: Recorder, form: str) -> None:
    path = FORMS[form](tmp_path)
    check_source(str(path))
    found = look_for(str(path))
    assert (found.found, found.usable, found.cifar10) == (True, True, form == "cifar-10")
    before = sample_images(str(path))
    first = load(path, recorder)
    assert first.source == SOURCE
    assert found.classes == len(first.classes) == len(before)
    assert first.train.images.shape[1:] == (32, 32, 3)
    recorder.reports.clear()
    again = load(path, recorder)
    assert again.fingerprint == first.fingerprint
    assert recorder.reports == []
    assert [image.class_name for image in sample_images(str(path))] == list(first.classes)
    if form != "npz":  # of which other images are held out than the first ones
        assert sample_images(str(path)) == before


def test_a_folder_of_pictures_stays_one_whatever_lies_beside_them(tmp_path: Path, cache: Path) -> None:
    assert cache
    folder = write_image_folder(tmp_path / "images")
    np.savez(folder / "features.npz", x=pixels(4, 8, 8), y=labels(4))
    assert look_for(str(folder)).text.startswith("image folder")


@pytest.mark.usefixtures("cache")
def test_images_are_brought_to_the_size_that_is_asked_for(tmp_path: Path, recorder: Recorder) -> None:
    folder = write_idx(tmp_path / "photos", (pixels(20, 50, 70, 3), labels(20)))
    assert load(folder, recorder).train.images.shape == (10, 32, 32, 3)
    assert load(folder, recorder, size=64).test.images.shape == (10, 64, 64, 3)


@pytest.mark.usefixtures("cache")
def test_held_out_images_are_the_same_whatever_their_order(tmp_path: Path, recorder: Recorder) -> None:
    images, numbers = pixels(60, 28, 28), labels(60, 3)
    order = np.random.default_rng(1).permutation(60)
    held = []
    for name, rows in (("one", np.arange(60)), ("other", order)):
        found = load(write_idx(tmp_path / name, (images[rows], numbers[rows])), recorder, holdout=0.2)
        assert (len(found.train), len(found.test)) == (48, 12)
        assert found.label == f"{name} (idx), 20% held out"
        held.append(set(found.test.digests))
    assert held[0] == held[1]
    assert any("20% of each class is held out to test on" in notice for notice in recorder.notices)


@pytest.mark.usefixtures("cache")
def test_test_images_that_are_there_may_be_left_for_held_out_ones(tmp_path: Path, recorder: Recorder) -> None:
    found = load(write_mnist(tmp_path / "digits"), recorder, holdout=0.25)
    assert (len(found.train), len(found.test)) == (30, 10)
    with pytest.raises(InputError, match=r"--test-split val: .* has no such part; give test"):
        check_source(str(tmp_path / "digits"), ImageOptions(test_split="val"))


@pytest.mark.usefixtures("cache")
def test_a_limited_number_is_what_a_whole_set_would_be_limited_to(tmp_path: Path, recorder: Recorder) -> None:
    some = Limits(20, 10)
    before = load(write_mnist(tmp_path / "digits"), recorder, some)
    load(tmp_path / "digits", recorder)
    after = load(tmp_path / "digits", recorder, some)
    assert (len(before.train), len(before.test)) == (20, 10)
    assert before.fingerprint == after.fingerprint
    with pytest.raises(InputError, match="--limit-train 41: this set has 40 training images"):
        load(tmp_path / "digits", recorder, Limits(41, None))


@pytest.mark.usefixtures("cache")
def test_other_files_of_the_same_names_and_sizes_are_read_anew(tmp_path: Path, recorder: Recorder) -> None:
    folder = write_mnist(tmp_path / "digits")
    first = load(folder, recorder)
    file = folder / "train-images-idx3-ubyte"
    status = file.stat()
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert load(folder, recorder).fingerprint != first.fingerprint


def test_a_binary_copy_of_cifar10_is_known_by_its_pixels(tmp_path: Path, recorder: Recorder) -> None:
    folder = write_cifar_binary(tmp_path / "cifar-10-batches-bin", fine=False)
    small = KnownSet(CIFAR10_CLASSES, train_per_class=10, test_per_class=2, jpeg_digest="")
    cache = ImageCache(tmp_path / "cache", recorder.notice)
    source = found_arrays(folder)
    first = load_array_set(source, cache, recorder.progress, known=small)
    assert first.identity is ImageIdentity.UNVERIFIED_COPY
    assert first.label == "CIFAR-10 (binary, unverified copy)"
    some = load_array_set(
        source, ImageCache(tmp_path / "other"), recorder.progress, limits=Limits(20, 10), known=small
    )
    assert (some.identity, len(some.train)) == (ImageIdentity.UNVERIFIED_COPY, 20)
    keep_genuine_digest(cache.base, content_digest(first))  # as if these were the genuine images
    known = load_array_set(source, cache, recorder.progress, known=small)
    assert (known.identity, known.label) == (ImageIdentity.LOSSLESS_COPY, "CIFAR-10 (binary)")


def test_pickles_that_are_not_the_published_ones_stay_closed(
    tmp_path: Path, cache: Path, recorder: Recorder
) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "unpickled",)

    folder = tmp_path / "cifar-100-python"
    folder.mkdir()
    for name in ("train", "test", "meta"):
        (folder / name).write_bytes(pickle.dumps(Evil()))
    with tarfile.open(tmp_path / "cifar-100-python.tar.gz", "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("cifar-100-python/train"), io.BytesIO())
    for path in (folder, tmp_path / "cifar-100-python.tar.gz"):
        assert look_for(str(path)).classes == 100
        with pytest.raises(InputError, match="is damaged"):
            load(path, recorder)
        assert sample_images(str(path)) == ()
    assert not (tmp_path / "unpickled").exists()
    assert not any(path.is_dir() for path in ImageCache(cache).folder.iterdir())


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(
    "name", ["images.npz", "train-images-idx3-ubyte", "cifar-100-python.tar.gz", "t.parquet"]
)
def test_no_file_or_a_pipe_is_told_as_such(tmp_path: Path, name: str) -> None:
    assert "no such" in look_for(str(tmp_path / name)).text
    os.mkfifo(tmp_path / name)
    assert not look_for(str(tmp_path / name)).usable
