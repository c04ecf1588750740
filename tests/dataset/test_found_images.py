"""Which image files a command line names."""

from pathlib import Path

from core.dataset.found_images import FoundImage, found_images


def files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_folders_stand_for_the_images_below_them_in_order(tmp_path: Path) -> None:
    files(tmp_path, "b.PNG", "a.jpg", "notes.txt", ".hidden.png", "cat/2.png", "cat/deep/1.gif", ".git/x.png")
    found = list(found_images([str(tmp_path)]))
    names = [str(Path(image.file).relative_to(tmp_path)) for image in found]
    assert names == ["a.jpg", "b.PNG", "cat/2.png", "cat/deep/1.gif"]
    assert [image.group for image in found] == [None, None, "cat", "cat"]


def test_files_are_taken_whatever_they_are_called(tmp_path: Path) -> None:
    files(tmp_path, "picture", "[1].png")
    given = [str(tmp_path / "picture"), str(tmp_path / "[1].png"), str(tmp_path / "missing.png")]
    assert list(found_images(given)) == list(map(FoundImage, given))


def test_patterns_stand_for_what_matches(tmp_path: Path) -> None:
    files(tmp_path, "a1.png", "a2.png", "b.png", "deep/a3.png", "folder.d/c.jpg")
    found = [Path(image.file).name for image in found_images([f"{tmp_path}/a*", f"{tmp_path}/*.d"])]
    assert found == ["a1.png", "a2.png", "c.jpg"]
    assert [Path(image.file).name for image in found_images([f"{tmp_path}/**/a*.png"])][-1] == "a3.png"


def test_names_of_any_bytes_come_through(tmp_path: Path) -> None:
    name = b"\xff\xfe.png".decode(errors="surrogateescape")
    files(tmp_path, name)
    assert [Path(image.file).name for image in found_images([str(tmp_path)])] == [name]
