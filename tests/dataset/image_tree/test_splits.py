import unicodedata
from pathlib import Path

import pytest

from core.config.image_options import ImageOptions
from core.dataset.found_tree import opened_survey
from core.dataset.image_tree.survey import Survey
from core.errors import InputError
from tests.dataset.trees import PACKINGS, files, pack, png, write

CAFE_NFC, CAFE_NFD = unicodedata.normalize("NFC", "café"), unicodedata.normalize("NFD", "café")


def survey(folder: Path, *patterns: str, **options: object) -> Survey:
    write(folder, files(*patterns))
    return opened_survey(folder, ImageOptions(**options))  # type: ignore[arg-type] # by name


def _all_of(found: Survey) -> int:
    """Have every file listed, which is when a class without any is met."""
    return len(found.train) + len(found.test)


def complaint(folder: Path, *patterns: str, **options: object) -> str:
    with pytest.raises(InputError) as raised:
        _all_of(survey(folder, *patterns, **options))
    message = str(raised.value)
    assert message.startswith(f"--data {folder}")
    return message.removeprefix(f"--data {folder}").removeprefix(": ")


def places(found: Survey) -> tuple[str, str | None, float | None]:
    return found.splits.train, found.splits.test, found.splits.holdout


@pytest.mark.parametrize("wrapping", ["", "photos/", "data/set one/"])
@pytest.mark.parametrize("packing", [None, *PACKINGS])
def test_a_split_is_found_in_whatever_holds_it(tmp_path: Path, packing: str | None, wrapping: str) -> None:
    content = files(f"{wrapping}{{train,test}}/{{cat,dog,fox}}/{{2}}.png")
    path = write(tmp_path / "set", content) if packing is None else pack(tmp_path / f"set.{packing}", content)
    found = opened_survey(path, ImageOptions())
    assert places(found) == (f"{wrapping}train", f"{wrapping}test", None)
    assert found.classes == ("cat", "dog", "fox")
    assert found.remarks == ()
    assert [names.files for names in found.test][1] == (
        f"{wrapping}test/dog/0.png",
        f"{wrapping}test/dog/1.png",
    )


@pytest.mark.parametrize("name", ["val", "valid", "Validation", "dev"])
def test_validation_images_are_tested_on_where_there_are_no_others(tmp_path: Path, name: str) -> None:
    found = survey(tmp_path, f"{{train,{name}}}/{{a,b}}/{{1}}.png")
    assert places(found) == ("train", name, None)
    assert found.remarks == (f"there is no test/ with classes: {name}/ is taken to test on",)


@pytest.mark.parametrize(("train", "test"), [("Train", "Test"), ("TRAIN", "TEST"), ("training", "testing")])
def test_other_names_for_the_splits_are_taken_and_told(tmp_path: Path, train: str, test: str) -> None:
    found = survey(tmp_path, f"{{{train},{test}}}/{{a,b}}/{{1}}.png")
    assert places(found) == (train, test, None)
    assert found.remarks == (f"{train}/ is taken for train/", f"{test}/ is taken for test/")


def test_of_several_splits_one_can_be_named(tmp_path: Path) -> None:
    patterns = ("{train,test,val,extra}/{a,b}/{1}.png",)
    usual = survey(tmp_path, *patterns)
    assert places(usual) == ("train", "test", None)
    assert usual.remarks == ("extra/ and val/ not used; --test-split can name another",)
    assert places(survey(tmp_path, *patterns, test_split="VAL"))[1] == "val"
    assert places(survey(tmp_path, *patterns, test_split="extra"))[1] == "extra"
    assert complaint(tmp_path, *patterns, test_split="other") == (
        " --test-split other: there is no other/ beside train/; give --test-split extra or --test-split test "
        "or --test-split val"
    )


def test_without_a_split_test_images_are_held_out(tmp_path: Path) -> None:
    found = survey(tmp_path, "{cat,dog}/{4}.png")
    assert places(found) == ("", None, 0.1)
    assert found.remarks == ("there is no test split: 10% of each class is held out to test on",)
    assert found.test == ()
    assert places(survey(tmp_path, holdout=0.25)) == ("", None, 0.25)
    assert "give --holdout 0.1 instead" in complaint(tmp_path, test_split="val")


def test_training_images_alone_are_held_out_too(tmp_path: Path) -> None:
    found = survey(tmp_path, "train/{cat,dog}/{4}.png")
    assert places(found) == ("train", None, 0.1)
    assert found.remarks == ("there is no test split: 10% of each class in train/ is held out to test on",)


def test_to_hold_out_leaves_the_test_images_alone(tmp_path: Path) -> None:
    found = survey(tmp_path, "{train,test,val}/{cat,dog}/{4}.png", holdout=0.2)
    assert places(found) == ("train", None, 0.2)
    assert found.remarks == ("test/ and val/ not used: 20% of each class in train/ is held out to test on",)


def test_test_images_without_classes_are_no_test_images(tmp_path: Path) -> None:
    found = survey(tmp_path, "train/{cat,dog}/{4}.png", "test/{9}.png")
    assert places(found) == ("train", None, 0.1)
    assert found.remarks[0].startswith("test/ has no folders of classes, so nobody knows")
    assert "nobody knows what is right there" in complaint(tmp_path, test_split="test")
    write(tmp_path, files("val/{cat,dog}/{2}.png"))
    assert places(survey(tmp_path)) == ("train", "val", None)


def test_folders_of_classes_beside_the_training_images_are_told(tmp_path: Path) -> None:
    found = survey(tmp_path, "{train,eval}/{cat,dog}/{4}.png", "docs/pictures/{1}.png")
    assert places(found) == ("train", None, 0.1)
    held = "10% of each class in train/ is held out to test on"
    assert found.remarks == (f"there is no test/: {held}; --test-split eval would take eval/ instead",)


@pytest.mark.parametrize(("train", "test"), [("training_set", "test_set"), ("seg_train", "seg_test")])
def test_splits_by_half_of_their_names_are_no_classes(tmp_path: Path, train: str, test: str) -> None:
    assert complaint(tmp_path, f"{{{train},{test}}}/{{cat,dog}}/{{2}}.png") == (
        f"{test}/ and {train}/ seem to be splits; call them train/ and test/"
    )


def test_classes_may_have_folders_in_them_and_any_names(tmp_path: Path) -> None:
    names = "{express train,test tube}"
    odd = survey(tmp_path / "odd", f"{names}/{{2}}.png", f"{names}/old/{{1}}.png")
    assert odd.classes == ("express train", "test tube")
    assert survey(tmp_path / "years", "{ash,oak}/{2024,2025}/{2}.png").classes == ("ash", "oak")


def test_a_split_within_any_class_is_refused(tmp_path: Path) -> None:
    assert complaint(tmp_path, "ash/{3}.png", "oak/{train,test}/{2}.png") == (
        "oak/test is a split within a class; make it test/oak"
    )


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    assert survey(tmp_path, "{bus,plane,train}/{2}.jpg").classes == ("bus", "plane", "train")


def test_one_name_in_two_ways_of_writing_is_one_class(tmp_path: Path) -> None:
    found = survey(tmp_path, f"train/{{{CAFE_NFD},tea}}/{{2}}.png", f"test/{{{CAFE_NFC},tea}}/{{1}}.png")
    assert found.classes == (CAFE_NFC, "tea")
    assert found.train[0].files[0] == f"train/{CAFE_NFD}/0.png"
    assert found.remarks == (f"{CAFE_NFC!r} is written in two ways that look the same: taken for one class",)
    write(tmp_path, {f"train/{CAFE_NFC}/9.png": png(3)})
    assert len(survey(tmp_path).train[0].files) == 3


def test_what_systems_leave_is_not_there(tmp_path: Path) -> None:
    left = (
        "__MACOSX/train/cat/._0.png",
        "train/@eaDir/0.png",
        "train/cat/@eaDir/0.png",
        "train/cat/Thumbs.db",
    )
    more = ("train/.ipynb_checkpoints/0.png", ".DS_Store", "test/cat/.0.png", "train/dog/desktop.ini")
    found = survey(tmp_path, "{train,test}/{cat,dog}/{1}.png", *left, *more)
    assert found.classes == ("cat", "dog")
    assert [len(names.files) + len(names.others) for names in (*found.train, *found.test)] == [1] * 4


def test_whole_numbers_are_in_their_order(tmp_path: Path) -> None:
    assert survey(tmp_path / "numbers", "{11}/{1}.png").classes == tuple(map(str, range(11)))
    assert survey(tmp_path / "mixed", "{a,9,10}/{1}.png").classes == ("10", "9", "a")


def test_images_may_lie_deeper(tmp_path: Path) -> None:
    found = survey(tmp_path, "{train,test}/{cat,dog}/{x,y}/{2}.png", "train/cat/{1}.png")
    assert found.train[0].files == (
        "train/cat/0.png",
        *(f"train/cat/{n}.png" for n in ("x/0", "x/1", "y/0", "y/1")),
    )


def test_a_link_that_leads_round_is_refused(tmp_path: Path) -> None:
    write(tmp_path, files("{train,test}/{cat,dog}/{1}.png"))
    (tmp_path / "train" / "cat" / "self").symlink_to(".")
    assert complaint(tmp_path).startswith("train/cat has folders in one another without end")


def test_files_that_tell_nothing_by_name_are_kept_to_be_looked_at(tmp_path: Path) -> None:
    names = survey(tmp_path, "{cat,dog}/{a.jfif,b,c.PNG,notes.txt,d.dat}").train[0]
    assert names.files == ("cat/a.jfif", "cat/b", "cat/c.PNG", "cat/d.dat")
    assert names.unclear == {"cat/b", "cat/d.dat"}
    assert names.others == ("cat/notes.txt",)


@pytest.mark.parametrize(
    ("patterns", "words"),
    [
        (("test/{a,b}/{1}.png",), "has test/ but no train/; call the folder with the training images train/"),
        (("{train,Train}/{a,b}/{1}.png",), "has Train/ and train/; keep one of the two"),
        (
            ("{train,val,valid}/{a,b}/{1}.png",),
            "has val/ and valid/; give --test-split val or --test-split valid",
        ),
        (
            ("{train,test}/{3}.png",),
            "train/ has no folders of classes; put the images of each class into one",
        ),
        (
            ("{3}.png",),
            "its images are in no folders of classes; put those of each class into one of its own",
        ),
        (("cat/{3}.png",), "1 class; two or more are needed, each a folder of images"),
        (("{train,test}/cat/{3}.png",), "1 class in train/; two or more are needed"),
        (("{1001}/{1}.png",), "1,001 classes; up to 1,000 can be told apart"),
        (
            ("train/{a,b,c}/{1}.png", "test/{a,b}/{1}.png"),
            "class 'c' is in train/ but not in test/; give it images there, too, or remove train/c",
        ),
        (
            ("train/{a,b}/{1}.png", "test/{A,b}/{1}.png"),
            "class 'A' is in test/ but not in train/; call train/a the",
        ),
        (("{cat,dog}/{train,test}/{1}.png",), "cat/test is a split within a class; make it test/cat"),
        (
            ("{cat,dog}/{1}.png", "notes/x.txt"),
            "notes has no images but x.txt; JPEG, PNG and the like are read",
        ),
        (
            ("notes.txt",),
            "no images found; it must hold train/<class>/ and test/<class>/ with images, or <class>/",
        ),
    ],
)
def test_what_cannot_be_used_is_told_with_what_would_be_right(
    tmp_path: Path, patterns: tuple[str, ...], words: str
) -> None:
    assert complaint(tmp_path, *patterns).startswith(words)
