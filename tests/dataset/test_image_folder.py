import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from PIL import Image

from core.config.image_options import ImageOptions, Resize
from core.dataset.cache import ImageCache
from core.dataset.found_tree import opened_survey
from core.dataset.image_folder import load_image_folder
from core.dataset.image_tree.listing import list_images
from core.dataset.images import ImageSet
from core.errors import InputError
from core.runs.events import Unit
from tests.dataset.pictures.samples import encoded
from tests.dataset.samples import CLASSES, Recorder, flat_image, write_image_folder
from tests.dataset.trees import PACKINGS, files, pack, png, write


def read(folder: Path, recorder: Recorder) -> ImageSet:
    with TemporaryDirectory() as cache:
        return load_image_folder(folder, ImageCache(Path(cache), recorder.notice), recorder.progress)


def complaint_about(folder: Path) -> str:
    with pytest.raises(InputError) as raised:
        read(folder, Recorder())
    message = str(raised.value)
    assert "\n" not in message
    return message.removeprefix(f"--data {folder}: ")


def test_every_image_comes_with_its_class(tmp_path: Path, recorder: Recorder) -> None:
    images = read(write_image_folder(tmp_path / "mine"), recorder)
    assert images.classes == CLASSES
    assert (images.label, images.source) == ("image folder mine (PNG)", "folder")
    assert images.train.labels.tolist() == [label for label in range(10) for _ in range(3)]
    assert images.test.labels.tolist() == [label for label in range(10) for _ in range(2)]
    for row, label in ((0, 0), (7, 2), (29, 9)):
        assert np.array_equal(images.train.images[row], np.asarray(flat_image(20 * label + row % 3)))
    assert recorder.reports[0] == ("decoding images", 0, 50)
    assert recorder.reports[-1] == ("decoding images", 50, 50)


def test_the_order_is_by_name_whatever_order_the_disk_gives(tmp_path: Path) -> None:
    folder = write_image_folder(tmp_path, per_class=(8, 1))
    place = folder / "train" / "a"
    for number in (7, 3, 5, 1):  # made anew, so that the order of making isn't the order of names either
        (place / f"{number:04}.png").unlink()
        flat_image(number).save(place / f"{number:04}.png")
    names = list_images(opened_survey(folder, ImageOptions())).train.files
    assert [*names] == [f"train/{name}/{number:04}.png" for name in CLASSES for number in range(8)]


@pytest.mark.parametrize(("suffix", "label"), [(".jpg", "JPEG"), (".JPEG", "JPEG"), (".PnG", "PNG")])
def test_formats_are_named(tmp_path: Path, recorder: Recorder, suffix: str, label: str) -> None:
    folder = write_image_folder(tmp_path / "mine", suffix, per_class=(1, 1))
    assert read(folder, recorder).label == f"image folder mine ({label})"


def test_the_first_picture_of_a_jpeg_with_two_is_read(tmp_path: Path, recorder: Recorder) -> None:
    folder = write_image_folder(tmp_path / "mine", ".jpg", per_class=(1, 1))
    file = folder / "train" / "a" / "0000.jpg"
    flat_image(200).save(file, "MPO", save_all=True, append_images=[flat_image(9)])
    images = read(folder, recorder)
    assert images.label == "image folder mine (JPEG)"
    assert images.train.images[0, 5, 5, 0] > 190


def test_two_formats_are_mixed(tmp_path: Path, recorder: Recorder) -> None:
    folder = write_image_folder(tmp_path / "mine", per_class=(1, 1))
    flat_image(9).save(folder / "train" / "a" / "0007.jpg")
    assert read(folder, recorder).label == "image folder mine (mixed)"


def test_the_names_of_cifar_10_alone_do_not_make_it_cifar_10(tmp_path: Path, recorder: Recorder) -> None:
    names = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
    folder = write_image_folder(tmp_path / "few", ".jpg", names, per_class=(1, 1))
    assert read(folder, recorder).label == "image folder few (JPEG)"


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA"])
def test_other_colour_modes_become_rgb(tmp_path: Path, recorder: Recorder, mode: str) -> None:
    folder = write_image_folder(tmp_path, per_class=(1, 1))
    Image.new("L", (32, 32), 255).convert(mode).save(folder / "train" / "a" / "0000.png")
    assert np.array_equal(read(folder, recorder).train.images[0], np.full((32, 32, 3), 255))


def test_a_palette_with_transparency_is_put_on_white(tmp_path: Path, recorder: Recorder) -> None:
    folder = write_image_folder(tmp_path, per_class=(1, 1))
    picture = Image.new("P", (32, 32), 1)
    picture.putpalette([0, 0, 0, 200, 100, 50])
    picture.save(folder / "train" / "a" / "0000.png", transparency=b"\x00\x80")
    assert read(folder, recorder).train.images[0, 5, 5].tolist() == [227, 177, 152]


def test_images_of_any_format_and_size_are_read_and_that_is_said(tmp_path: Path, recorder: Recorder) -> None:
    folder = write_image_folder(tmp_path / "mine", per_class=(1, 1))
    (folder / "train" / "a" / "0000.png").write_bytes(encoded(flat_image(3, (48, 40)), "WEBP"))
    (folder / "test" / "b" / "0000.png").write_bytes(encoded(flat_image(3, (28, 20)), "BMP"))
    images = read(folder, recorder)
    assert images.label == "image folder mine (mixed)"
    assert images.adjustments.lines() == (
        "1 image of 28×20 padded to 32×32",
        "1 image of 48×40 scaled and cropped to 32×32",
    )


def test_they_are_brought_to_the_size_that_is_asked_for(tmp_path: Path, recorder: Recorder) -> None:
    folder = write_image_folder(tmp_path / "mine", per_class=(1, 1))
    cache = ImageCache(tmp_path / "cache")
    for options in (ImageOptions(), ImageOptions(64), ImageOptions(96, Resize.PAD)):
        first = load_image_folder(folder, cache, recorder.progress, options=options)
        assert first.train.images.shape == (10, options.size, options.size, 3)
        again = load_image_folder(folder, cache, recorder.progress, options=options)
        assert (again.fingerprint, again.adjustments) == (first.fingerprint, first.adjustments)
    assert len(recorder.reports) == 3 * 2  # each was decoded once


def cut_in_half(file: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    Image.fromarray(noise).save(file)
    file.write_bytes(file.read_bytes()[:1500])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def not_an_image(file: Path) -> None:
    file.write_text("<html>404 not found</html>")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (cut_in_half, "image file is truncated"),
        (empty, "the file is empty"),
        (not_an_image, "no picture of a format that is read here, such as JPEG, PNG or WebP"),
    ],
)
def test_a_bad_image_is_named(tmp_path: Path, spoil: Callable[[Path], None], reason: str) -> None:
    folder = write_image_folder(tmp_path)
    spoil(folder / "train" / "c" / "0001.png")
    told = complaint_about(folder)
    assert told == f"train/c/0001.png can't be read ({reason}); replace or remove it"


def test_of_several_bad_images_the_first_ten_are_named(tmp_path: Path) -> None:
    folder = write_image_folder(tmp_path, per_class=(40, 40))
    for name in ("train/h/0003.png", "train/b/0020.png", "test/a/0000.png", "train/b/0021.png"):
        empty(folder / name)
    assert complaint_about(folder) == (
        "4 images can't be read: train/b/0020.png (the file is empty), train/b/0021.png (the file is empty), "
        "train/h/0003.png (the file is empty), test/a/0000.png (the file is empty); replace or remove them"
    )


@pytest.mark.parametrize("packing", [None, "zip"])
def test_what_changes_meanwhile_is_refused(tmp_path: Path, packing: str | None) -> None:
    content = files("{train,test}/{a,b}/{3}.png")
    path = write(tmp_path / "set", content) if packing is None else pack(tmp_path / "set.zip", content)

    def change(_what: str, done: int, total: int, _unit: Unit) -> None:
        if done == total > 0:
            if packing is None:
                write(path, files("test/a/more.png"))
            else:
                pack(path, content | files("test/a/more.png"))

    with pytest.raises(InputError, match="it changed while it was read; start again"):
        load_image_folder(path, ImageCache(tmp_path / "cache"), change)


def test_the_second_start_decodes_nothing(tmp_path: Path, recorder: Recorder) -> None:
    folder = write_image_folder(tmp_path / "mine")
    cache = ImageCache(tmp_path / "cache", recorder.notice)
    first = load_image_folder(folder, cache, recorder.progress)
    recorder.reports.clear()
    second = load_image_folder(folder, cache, recorder.progress)
    assert not recorder.reports
    assert not recorder.notices
    assert (second.fingerprint, second.label, second.source) == (first.fingerprint, first.label, first.source)
    assert np.array_equal(second.train.images, first.train.images)


def replace_image(folder: Path) -> None:
    flat_image(99).save(folder / "train" / "a" / "0000.png")


def add_image(folder: Path) -> None:
    flat_image(99).save(folder / "train" / "a" / "0000a.png")


def remove_image(folder: Path) -> None:
    (folder / "test" / "j" / "0001.png").unlink()


def rename_image(folder: Path) -> None:
    (folder / "train" / "a" / "0000.png").rename(folder / "train" / "a" / "9999.png")


def exchange_unnoticed(folder: Path) -> None:
    """Put another image of the same size in its place, with the time that the first one had."""
    file, other = (folder / "train" / "b" / f"000{number}.png" for number in (0, 1))
    before = file.stat()
    assert other.stat().st_size == before.st_size
    file.write_bytes(other.read_bytes())
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", [replace_image, add_image, remove_image, rename_image, exchange_unnoticed])
def test_any_change_is_decoded_again(
    tmp_path: Path, recorder: Recorder, change: Callable[[Path], None]
) -> None:
    folder = write_image_folder(tmp_path / "mine")
    cache = ImageCache(tmp_path / "cache", recorder.notice)
    before = load_image_folder(folder, cache, recorder.progress)
    change(folder)
    after = load_image_folder(folder, cache, recorder.progress)
    assert after.fingerprint != before.fingerprint
    assert after.fingerprint == read(folder, recorder).fingerprint


def test_a_failed_decode_leaves_nothing_in_the_cache(tmp_path: Path, recorder: Recorder) -> None:
    folder = write_image_folder(tmp_path / "mine")
    cache = ImageCache(tmp_path / "cache", recorder.notice)
    bad = folder / "test" / "j" / "0001.png"
    empty(bad)
    with pytest.raises(InputError, match=r"test/j/0001\.png can\'t be read"):
        load_image_folder(folder, cache, recorder.progress)
    assert [path.name for path in cache.folder.iterdir() if path.is_dir()] == []
    flat_image(1).save(bad)
    assert len(load_image_folder(folder, cache, recorder.progress).test) == 20


@pytest.mark.parametrize("packing", PACKINGS)
def test_an_archive_gives_what_its_folder_does(tmp_path: Path, recorder: Recorder, packing: str) -> None:
    content = files("set/{train,test}/{a,b,c}/{4}.png")
    folder = read(write(tmp_path / "set", content), recorder)
    packed = read(pack(tmp_path / f"set.{packing}", dict(reversed(content.items()))), recorder)
    assert packed.fingerprint == folder.fingerprint
    assert (packed.label, folder.label) == (f"images of set.{packing} (PNG)", "image folder set (PNG)")
    assert recorder.notices == []


def test_an_archive_that_was_read_is_not_opened_again(tmp_path: Path, recorder: Recorder) -> None:
    path = pack(tmp_path / "set.zip", files("{train,test}/{a,b}/{4}.png", "train/a/notes.txt"))
    cache = ImageCache(tmp_path / "cache", recorder.notice)
    first = load_image_folder(path, cache, recorder.progress)
    told = [*recorder.notices]
    assert told == ["--data set.zip: passed over 1 file that is no image: train/a/notes.txt"]
    recorder.reports.clear()
    assert load_image_folder(path, cache, recorder.progress).fingerprint == first.fingerprint
    assert (recorder.reports, recorder.notices) == ([], told * 2)
    os.utime(path, ns=(0, 0))
    load_image_folder(path, cache, recorder.progress)
    assert recorder.reports


@pytest.mark.parametrize("packing", [None, "zip", "tar.gz"])
def test_files_are_images_by_what_is_in_them_where_their_names_do_not_tell(
    tmp_path: Path, recorder: Recorder, packing: str | None
) -> None:
    content = files("{train,test}/{a,b}/{0,1.jfif,2.png}")
    content |= {"train/a/README": b"Pictures of cats", "train/b/x.dat": b"", "test/a/list.csv": b"1,2"}
    path = write(tmp_path / "set", content) if packing is None else pack(tmp_path / f"set.{packing}", content)
    images = read(path, recorder)
    assert (len(images.train), len(images.test)) == (6, 6)
    said = "passed over 3 files that are no images: test/a/list.csv, train/a/README, train/b/x.dat"
    assert recorder.notices == [f"--data {path.name}: {said}"]


def test_a_class_without_any_image_is_refused(tmp_path: Path, recorder: Recorder) -> None:
    write(tmp_path, files("{train,test}/{a,b}/{2}.png") | {"train/c/README": b"none", "test/c/0.png": b""})
    with pytest.raises(InputError, match="train/c has no images but README; JPEG, PNG and the like are read"):
        read(tmp_path, recorder)


def test_held_out_images_are_the_same_by_any_names_and_never_equal_ones(
    tmp_path: Path, recorder: Recorder
) -> None:
    content = {
        f"{name}/{n}.png": png(20 * label + n // 2) for label, name in enumerate("ab") for n in range(20)
    }
    first = read(write(tmp_path / "set", content), recorder)
    assert (len(first.train), len(first.test)) == (36, 4)
    assert first.label == "image folder set (PNG), 10% held out"
    assert not {*first.train.digests} & {*first.test.digests}
    renamed = {f"{name[0]}/{99 - int(name[2:-4])}.png": data for name, data in content.items()}
    again = read(pack(tmp_path / "again.zip", renamed), recorder)
    assert sorted(again.test.digests) == sorted(first.test.digests)


def test_what_is_told_of_other_folders_is_of_those_there_are(tmp_path: Path, recorder: Recorder) -> None:
    folder = write(tmp_path / "set", files("{train,eval}/{a,b}/{9}.png"))
    cache = ImageCache(tmp_path / "cache", recorder.notice)
    for name in ("eval", "unseen"):
        if name != "eval":
            (folder / "eval").rename(folder / name)
        load_image_folder(folder, cache, recorder.progress)
        assert recorder.notices[-1].endswith(f"--test-split {name} would take {name}/ instead")
