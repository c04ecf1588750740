"""Archives as anybody may have made them, on purpose or by mistake."""

import gzip
import io
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.dataset.image_tree.endings import is_unclear
from core.dataset.tree.opening import is_archive, open_archive
from core.dataset.tree.tree import MOST_FILE_BYTES, Tree
from core.errors import InputError
from tests.dataset.trees import PACKINGS, files, pack, png


def opened(path: Path, seconds: float | None = None) -> Tree:
    tree = open_archive(path, is_unclear, seconds)
    assert tree is not None
    return tree


def _read(path: Path, names: tuple[str, ...]) -> list[bytes]:
    return [content.read() for content in opened(path).contents(names)]


def complaint(path: Path, *read: str) -> str:
    with pytest.raises(InputError) as raised:
        _read(path, read)
    message = str(raised.value)
    assert message.startswith(f"--data {path}: ")
    return message.removeprefix(f"--data {path}: ")


def tar_of(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for member, data in members:
            member.size = member.size or len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


@pytest.mark.parametrize("packing", PACKINGS)
def test_what_is_in_it_is_read_back(tmp_path: Path, packing: str) -> None:
    content = files("train/{cat,dog}/{3}.png") | {"train/cat/none": b"", "train/dog/ünïcode": png(9)}
    tree = opened(pack(tmp_path / f"set.{packing}", content))
    assert tree.scan("train").folders == ("cat", "dog")
    assert sorted(tree.scan("train/dog").files) == ["0.png", "1.png", "2.png", "ünïcode"]
    assert tree.scan("nowhere") == ((), (), ())
    wanted = sorted(content)[::-1]
    assert {wanted[row]: read() for row, read, _ in tree.contents(wanted)} == content
    assert tree.head("train/dog/ünïcode", 32)[:4] == b"\x89PNG"  # type: ignore[index] # it was kept
    assert tree.is_archive
    assert tree.remarks == ()


def test_its_first_bytes_and_not_its_name_tell_what_it_is(tmp_path: Path) -> None:
    path = pack(tmp_path / "set.tar.xz", files("{cat,dog}/{1}.png")).rename(tmp_path / "download")
    assert opened(path).scan("").folders == ("cat", "dog")
    (tmp_path / "none.zip").write_text("<html>404 not found</html>")
    assert not is_archive(tmp_path / "none.zip")


@pytest.mark.parametrize("packing", ["zip", "tar", "tar.gz"])
def test_names_that_lead_out_are_not_believed(tmp_path: Path, packing: str) -> None:
    names = (
        "../../etc/passwd",
        "a/../../b.png",
        "/cat/0.png",
        "./cat//1.png",
        "x/" * 60 + "0.png",
        "__MACOSX/2.png",
    )
    tree = opened(pack(tmp_path / f"set.{packing}", dict.fromkeys(names, b"x")))
    assert tree.scan("").folders == ("cat",)
    assert sorted(tree.scan("cat").files) == ["0.png", "1.png"]
    assert tree.remarks == ("names that lead out of the archive are not believed: 3 passed over",)


def test_links_and_devices_in_a_tar_are_passed_over(tmp_path: Path) -> None:
    members = []
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        member = tarfile.TarInfo(f"cat/{kind!r}.png")
        member.type, member.linkname = kind, "/etc/passwd"
        members.append((member, b""))
    tree = opened(tar_of(tmp_path / "set.tar", (tarfile.TarInfo("cat/0.png"), b"x"), *members))
    assert tree.scan("cat").files == ("0.png",)
    assert tree.remarks == ("links and special files in an archive are not followed: 4 passed over",)


def test_links_in_a_zip_are_passed_over(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as packed:
        link = zipfile.ZipInfo("cat/link.png")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
        packed.writestr("cat/0.png", b"x")
    assert opened(tmp_path / "set.zip").scan("cat").files == ("0.png",)


@pytest.mark.parametrize("packing", ["zip", "tar", "tar.gz"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_of_one_name_the_later_counts(tmp_path: Path, packing: str) -> None:
    path = tmp_path / f"set.{packing}"
    if packing == "zip":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("cat/0.png", b"first")
            packed.writestr("cat/0.png", b"later")
    else:
        tar_of(path, (tarfile.TarInfo("cat/0.png"), b"first"), (tarfile.TarInfo("cat/0.png"), b"later"))
    (found,) = opened(path).contents(["cat/0.png"])
    assert found.read() == b"later"


def test_names_of_other_systems_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("train\\cat\\0.png", b"windows")
    whole = pack(tmp_path / "other.zip", {"cafe/0.png": b"macos"}).read_bytes()
    assert opened(path).scan("train/cat").files == ("0.png",)
    # macOS writes UTF-8 without the flag that says so
    (tmp_path / "other.zip").write_bytes(whole.replace(b"cafe/0.png", "é/00.png".encode().ljust(10, b"g")))
    assert opened(tmp_path / "other.zip").scan("").folders == ("é",)


def locked(path: Path) -> None:
    whole = bytearray(pack(path, {"cat/0.png": b"x" * 50}).read_bytes())
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(whole)


def cut(path: Path) -> None:
    whole = pack(path, files("cat/{20}.png")).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def cut_between_members(path: Path) -> None:
    whole = pack(path, {"cat/0.png": b"x" * 512, "cat/1.png": b"y" * 512}).read_bytes()
    path.write_bytes(whole[:1024])


def garbled(path: Path) -> None:
    whole = bytearray(pack(path, files("cat/{20}.png")).read_bytes())
    whole[1024:1536] = bytes(range(256)) * 2
    path.write_bytes(whole)


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        ("set.zip", locked, "cat/0.png needs a password; unpack it, and give the folder"),
        ("set.zip", cut, "is no whole .zip ("),
        ("set.tar", cut, "is no whole archive ("),
        ("set.tar", cut_between_members, "is no whole archive ("),
        ("set.tar.gz", cut, "is no whole archive ("),
        ("set.tar.bz2", cut, "is no whole archive ("),
        ("set.tar.xz", cut, "is no whole archive ("),
        ("set.tar", garbled, "is no whole archive ("),
    ],
)
def test_what_is_not_whole_is_refused(
    tmp_path: Path, name: str, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(tmp_path / name)
    assert complaint(tmp_path / name).startswith(words)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_is_named(tmp_path: Path, method: int) -> None:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("cat/0.png", bytes(range(256)) * 9)
    whole = bytearray(path.read_bytes())
    whole[60:80] = bytes(value ^ 255 for value in whole[60:80])
    path.write_bytes(whole)
    assert complaint(path, "cat/0.png").startswith("cat/0.png can't be unpacked (")


def test_a_member_that_says_it_is_huge_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("cat/0.png", bytes(MOST_FILE_BYTES + 1))
    assert complaint(path, "cat/0.png").startswith("cat/0.png has 134 MB; scale it down or remove it")
    huge = tarfile.TarInfo("cat/0.png")
    huge.size = 2**40
    (tmp_path / "huge.tar").write_bytes(huge.tobuf() + bytes(10_240))
    assert complaint(tmp_path / "huge.tar").startswith("is no whole archive (unexpected end of data)")


def test_what_unpacks_without_end_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tar.gz"
    huge = tarfile.TarInfo("cat/0.png")
    huge.size = 2**40
    path.write_bytes(gzip.compress(huge.tobuf() + bytes(2**20)))
    assert complaint(path).startswith("unpacks to more than 100 times its size, which images do not;")
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 2**29  # of which tarfile would make one string
    path.write_bytes(gzip.compress(header.tobuf() + bytes(2**20)))
    assert complaint(path).startswith("unpacks to more than 100 times its size")


def test_who_waits_waits_only_so_long(tmp_path: Path) -> None:
    path = pack(tmp_path / "set.tar.gz", files("{cat,dog}/{30}.png"))
    assert opened(path).complete
    began = time.monotonic()
    assert not opened(path, seconds=-1.0).complete
    assert time.monotonic() > began
