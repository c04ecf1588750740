from tui.tracked.tag_pages import Page, pages


def test_tags_of_one_group_stand_on_one_page() -> None:
    found = pages(["train/loss", "val/loss", "train/accuracy", "lr", "a/b/c"], 4)
    assert found == (
        Page("train", ("train/loss", "train/accuracy")),
        Page("val", ("val/loss",)),
        Page("metrics", ("lr",)),
        Page("a/b", ("a/b/c",)),
    )


def test_what_is_sought_comes_first() -> None:
    found = pages(["device/memory", "eval/accuracy", "train/loss"], 4)
    assert [page.group for page in found] == ["eval", "train", "device"]


def test_a_group_of_many_has_several_pages() -> None:
    found = pages([f"layers/{number}" for number in range(5)], 2)
    assert [page.title for page in found] == ["layers, 1 of 3", "layers, 2 of 3", "layers, 3 of 3"]
    assert found[2].tags == ("layers/4",)


def test_no_tag_has_no_page() -> None:
    assert pages([], 4) == ()
