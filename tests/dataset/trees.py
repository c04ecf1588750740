"""Small trees of real images for the tests: as folders, and packed."""

import io
import tarfile
import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.dataset.samples import flat_image

PACKINGS = ("zip", "tar", "tar.gz", "tar.bz2", "tar.xz")


@cache
def png(value: int = 0, size: tuple[int, int] = (32, 32)) -> bytes:
    """Return an image that differs with `value`."""
    buffer = io.BytesIO()
    flat_image(value, size).save(buffer, "PNG")
    return buffer.getvalue()


def files(*patterns: str) -> dict[str, bytes]:
    """Return files by name, each pattern's {} counted out: "train/{cat,dog}/{2}.png" gives four."""
    found: dict[str, bytes] = {}
    for pattern in patterns:
        for name in _spread(pattern):
            found[name] = png(len(found) % 250)
    return found


def write(folder: Path, content: dict[str, bytes]) -> Path:
    """Write files below a folder."""
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def pack(file: Path, content: dict[str, bytes]) -> Path:
    """Write files into an archive, of the kind that its name says."""
    if file.suffix == ".zip":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, data in content.items():
                packed.writestr(name, data)
        return file
    packing = file.suffix.removeprefix(".")
    with tarfile.open(file, "w" if packing == "tar" else f"w:{packing}") as tar:  # type: ignore[call-overload] # mypy wants literals
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return file


def _spread(pattern: str) -> Iterable[str]:
    before, opened, rest = pattern.partition("{")
    if not opened:
        yield pattern
        return
    inner, _, behind = rest.partition("}")
    names = [str(number) for number in range(int(inner))] if inner.isdecimal() else inner.split(",")
    for name in names:
        yield from _spread(f"{before}{name}{behind}")
