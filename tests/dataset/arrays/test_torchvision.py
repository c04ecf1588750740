"""torchvision's sets: the list of them without torchvision, and reading what it finds or downloads."""

import gzip
import hashlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.config.data_source import full_source
from core.config.image_options import ImageOptions
from core.config.torchvision_sets import SETS, TorchvisionSet, torchvision_choice
from core.dataset.arrays.torchvision_place import place_of
from core.dataset.availability import look_for
from core.dataset.cache import ImageCache
from core.dataset.images import ALL_IMAGES, ImageSet, Limits
from core.dataset.sample_images import sample_images
from core.dataset.sources import load_images
from core.dataset.torchvision_set import load_torchvision
from core.errors import InputError
from tests.dataset.arrays.samples import idx_bytes, labels, pixels, write_mnist
from tests.dataset.samples import Recorder, flat_image
from tests.dataset.server import nobody_listening


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def place(name: str, cache: Path) -> Path:
    choice = torchvision_choice(f"torchvision:{name}")
    assert choice is not None
    return place_of(choice, cache)


def load(name: str, cache: Path, recorder: Recorder, make: Any = None) -> ImageSet:  # noqa: ANN401 - a class of torchvision's
    choice = torchvision_choice(f"torchvision:{name}")
    assert choice is not None
    kept = ImageCache(cache, recorder.notice)
    return load_torchvision(choice, kept, recorder.progress, ImageOptions(), ALL_IMAGES, make=make)


@pytest.mark.parametrize("known", SETS, ids=lambda known: known.name)
def test_each_set_is_one_of_torchvisions_and_takes_these_arguments(
    known: TorchvisionSet, tmp_path: Path
) -> None:
    from torchvision import datasets  # noqa: PLC0415 - it imports torch

    make = getattr(datasets, known.name)
    taken = inspect.signature(make).parameters.keys()
    assert not {"root", *([known.split] if known.parts and known.split else [])} - taken
    assert "download" in taken or "kwargs" in taken
    variants = [{known.variant: name} for name, _ in known.variants] or [{}]
    parts: list[dict[str, Any]] = [
        {known.split: part} if known.split else {"train": part == "train"} for part in known.parts
    ]
    for arguments in ({**variant, **part} for variant in variants for part in parts or [{}]):
        # a value that it does not know is a ValueError; that nothing is there, one of these
        with pytest.raises((RuntimeError, FileNotFoundError)):
            make(str(tmp_path), **({"download": False} if known.name == "SEMEION" else {}), **arguments)


def test_where_torchvision_knows_the_classes_their_number_is_right() -> None:
    from torchvision import datasets  # noqa: PLC0415 - as above

    for known in SETS:
        names = getattr(getattr(datasets, known.name), "classes", None)
        if isinstance(names, list) and known.name != "EMNIST":
            assert len(names) == known.classes, known.name
    split = dict(next(known for known in SETS if known.name == "EMNIST").variants)
    for name, classes in datasets.EMNIST.classes_split_dict.items():
        assert len(set(classes) - {"N/A"}) == split[name]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("torchvision:", "torchvision's sets are MNIST, FashionMNIST, KMNIST, "),
        ("torchvision:Fashion", "write torchvision:FashionMNIST"),
        ("torchvision:EMNIST", "give torchvision:EMNIST/balanced, torchvision:EMNIST/byclass, "),
        ("torchvision:EMNIST/greek", "give torchvision:EMNIST/balanced, "),
        ("torchvision:MNIST/letters", "give torchvision:MNIST, which has no variants"),
    ],
)
def test_an_unknown_name_lists_those_there_are(spec: str, words: str, cache: Path) -> None:
    assert cache
    with pytest.raises(InputError) as raised:
        torchvision_choice(spec)
    assert words in str(raised.value)
    assert look_for(spec).text == str(raised.value)


def test_names_are_kept_in_full_however_they_were_typed() -> None:
    assert full_source("TorchVision:fashionmnist") == "torchvision:FashionMNIST"
    assert full_source("torchvision:emnist/LETTERS") == "torchvision:EMNIST/letters"
    assert full_source("torchvision:Imagenette/full") == "torchvision:Imagenette"
    assert torchvision_choice("mnist") is None


def test_what_lies_where_torchvision_wants_it_is_read_and_kept(cache: Path, recorder: Recorder) -> None:
    spec = "torchvision:FashionMNIST"
    assert look_for(spec).text == "torchvision's FashionMNIST: 10 classes, to download"
    write_mnist(place("FashionMNIST", cache) / "FashionMNIST" / "raw")
    assert look_for(spec).text == "torchvision's FashionMNIST: 10 classes, downloaded"
    first = load_images(spec, recorder.progress)
    assert (first.label, first.source) == ("FashionMNIST (torchvision)", "arrays")
    assert first.classes[9] == "Ankle boot"
    assert first.train.images.shape == (40, 32, 32, 3)
    assert np.array_equal(first.test.images[:, 2:30, 2:30, 1], pixels(20, 28, 28))
    assert look_for(spec).text == "torchvision's FashionMNIST: 10 classes, in the cache"
    assert look_for(spec).classes == 10
    (place("FashionMNIST", cache) / "FashionMNIST" / "raw" / "t10k-labels-idx1-ubyte").unlink()
    assert load_images(spec, recorder.progress).fingerprint == first.fingerprint
    assert sample_images(spec)[0].class_name == "T-shirt/top"
    some = load_images(spec, recorder.progress, limits=Limits(10, None))
    assert len(some.train) == 10


def test_emnist_is_set_upright_and_has_no_class_without_images(cache: Path, recorder: Recorder) -> None:
    raw = place("EMNIST/letters", cache) / "EMNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "test"):
        for kind, array in (("images-idx3", pixels(52, 28, 28)), ("labels-idx1", labels(52, 26) + 1)):
            (raw / f"emnist-letters-{part}-{kind}-ubyte").write_bytes(idx_bytes(array))
    found = load("EMNIST/letters", cache, recorder)
    assert found.classes == tuple("abcdefghijklmnopqrstuvwxyz")
    upright = pixels(52, 28, 28).swapaxes(1, 2)
    assert np.array_equal(found.test.images[:, 2:30, 2:30, 0], upright)


def test_photos_in_folders_are_read_from_their_files(cache: Path, recorder: Recorder) -> None:
    root = place("EuroSAT", cache) / "eurosat" / "2750"
    for name in ("Forest", "River"):
        (root / name).mkdir(parents=True)
        for number in range(5):
            flat_image(20 * number + len(name), (64, 48)).save(root / name / f"{number}.png")
    found = load("EuroSAT", cache, recorder)
    assert found.label == "EuroSAT (torchvision), 10% held out"
    assert (found.classes, len(found.train), len(found.test)) == (("Forest", "River"), 8, 2)
    assert found.test.images.shape == (2, 32, 32, 3)
    assert any("held out" in notice for notice in recorder.notices)


def test_a_broken_photo_is_named(cache: Path, recorder: Recorder) -> None:
    root = place("EuroSAT", cache) / "eurosat" / "2750" / "Forest"
    root.mkdir(parents=True)
    for number in range(3):
        flat_image(number).save(root / f"{number}.png")
    (root.parent / "River").mkdir()
    (root.parent / "River" / "0.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    flat_image(9).save(root.parent / "River" / "1.png")
    with pytest.raises(InputError, match=r"^--data torchvision:EuroSAT: image 3 of it can't be read"):
        load("EuroSAT", cache, recorder)


def test_images_that_torchvision_decodes_itself_are_read_as_well(cache: Path, recorder: Recorder) -> None:
    root = place("Caltech101", cache) / "caltech101" / "101_ObjectCategories"
    for name in ("BACKGROUND_Google", "ant", "bees"):
        (root / name).mkdir(parents=True)
        for number in range(1, 4):
            Image.new("L", (50, 40), 20 * number + 9 * len(name)).save(root / name / f"image_{number:04}.jpg")
    found = load("Caltech101", cache, recorder)
    assert (found.classes, len(found.train), len(found.test)) == (("ant", "bees"), 4, 2)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - passed on
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def mirrored(folder: Path, address: str) -> Any:  # noqa: ANN401 - a class of torchvision's
    """Return torchvision's FashionMNIST with other files, at another address."""
    from torchvision.datasets import FashionMNIST  # noqa: PLC0415 - it imports torch

    files = sorted(folder.glob("*.gz"))
    sums = [(file.name, hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()) for file in files]
    return type("FashionMNIST", (FashionMNIST,), {"mirrors": [address], "resources": sums})


def test_what_is_not_there_is_downloaded_by_torchvision_and_watched(
    tmp_path: Path,
    cache: Path,
    recorder: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    files = write_mnist(tmp_path / "served", name="{part}-{kind}-idx{dimensions}-ubyte.gz")
    with served(files) as address:
        found = load("FashionMNIST", cache, recorder, mirrored(files, address))
    assert (len(found.train), len(found.test)) == (40, 20)
    size = sum(file.stat().st_size for file in files.iterdir())
    assert recorder.reports[0] == ("FashionMNIST by torchvision", 0, 0)
    assert ("FashionMNIST by torchvision", size, size) in recorder.reports
    assert capfd.readouterr() == ("", "")


def test_a_download_that_fails_says_why_and_what_was_there_stays(
    tmp_path: Path, cache: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    files = write_mnist(tmp_path / "served", name="{part}-{kind}-idx{dimensions}-ubyte.gz")
    raw = place("FashionMNIST", cache) / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    mine = raw / "t10k-images-idx3-ubyte"
    mine.write_bytes(gzip.decompress((files / f"{mine.name}.gz").read_bytes()))
    (files / "train-labels-idx1-ubyte.gz").write_bytes(b"something else")
    make = mirrored(files, "")
    (files / "train-labels-idx1-ubyte.gz").write_bytes(b"torn on the way")
    with served(files) as address:
        make.mirrors = [address]
        with pytest.raises(InputError) as raised:
            load("FashionMNIST", cache, recorder, make)
    assert str(raised.value).startswith("--data torchvision:FashionMNIST: torchvision cannot get it: ")
    assert "File not found or corrupted" in str(raised.value)
    assert f"put its files into {place('FashionMNIST', cache)} as" in str(raised.value)
    left = {file.name for file in raw.iterdir()}
    assert mine.name in left
    assert not any(name.endswith("-ubyte") for name in left - {mine.name})
    assert look_for("torchvision:FashionMNIST").found


def test_no_network_is_told_in_words(
    cache: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torchvision.datasets import SVHN  # noqa: PLC0415 - it imports torch

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with nobody_listening() as address:
        url = f"{address}/train_32x32.mat"
        lists = {name: [url, "train_32x32.mat", "0" * 32] for name in ("train", "test")}
        make = type("SVHN", (SVHN,), {"split_list": lists})
        with pytest.raises(
            InputError, match=r"torchvision cannot get it: it refuses the connection\. Try again"
        ):
            load("SVHN", cache, recorder, make)


def test_what_a_killed_process_left_half_unpacked_is_not_taken_for_whole(
    cache: Path, recorder: Recorder
) -> None:
    root = place("EuroSAT", cache)
    half = root / "eurosat" / "2750" / "Forest"
    half.mkdir(parents=True)
    flat_image(1).save(half / "1.png")
    (root / ".unfinished").write_text("")
    assert not look_for("torchvision:EuroSAT").found

    def no_network(*_: object, **__: object) -> None:
        assert not half.exists()
        raise OSError("no network")

    with pytest.raises(InputError, match="no network"):  # it would download it again
        load("EuroSAT", cache, recorder, no_network)
