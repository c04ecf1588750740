"""A genuine full disk: a small file system in memory, in a name space of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dataset.server import serving

CONTENT = bytes(3_000_000)
MIB = 1 << 20


def fetch_on_a_small_disk(folder: Path, url: str, *then: str) -> str:
    """Fetch the content to a disk of 2 MiB; return what is printed, by an error and by `then`."""
    command = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("this system lets nobody mount a disk")
    code = (
        "import hashlib, subprocess\n"
        "from pathlib import Path\n"
        "from core.dataset.download import Wanted, fetch\n"
        "from core.errors import InputError\n"
        f"folder = Path({str(folder)!r})\n"
        "subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size=2m', 'none', folder], check=True)\n"
        f"content = bytes({len(CONTENT)})\n"
        f"wanted = Wanted('archive', hashlib.md5(content).hexdigest(), [{url!r}])\n"
        "def get():\n"
        "    try:\n"
        "        print(fetch(wanted, folder, lambda *_: None, print))\n"
        "    except InputError as error:\n"
        "        print(error)\n"
        "get()\n"
    )
    done = subprocess.run(
        [*command, sys.executable, "-c", "\n".join((code, *then))],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    return done.stdout


def test_a_disk_without_room_is_told_before_anything_comes(tmp_path: Path) -> None:
    with serving(CONTENT) as (address, asked):
        told = fetch_on_a_small_disk(tmp_path, f"{address}/whole", "print([*folder.iterdir()])")
    assert told == (
        f"CIFAR-10 can't be downloaded: 3.0 MB more are needed in {tmp_path}, and its disk has 2.1 MB left; "
        "make room there, or let CIFAR_TUI_CACHE name another folder\n[]\n"
    )
    assert asked == ["/whole"]


def test_a_disk_that_fills_up_keeps_what_came_and_is_gone_on_with_when_it_has_room(tmp_path: Path) -> None:
    then = (
        "print((folder / '.archive.part').stat().st_size)",
        "subprocess.run(['mount', '-o', 'remount,size=8m', folder], check=True)",
        "wanted = wanted._replace(urls=[wanted.urls[0].replace('length-unknown', 'whole')])",
        "get()",
        "print((folder / 'archive').read_bytes() == content)",
    )
    with serving(CONTENT) as (address, asked):
        told = fetch_on_a_small_disk(tmp_path, f"{address}/length-unknown", *then).splitlines()
    assert told[0] == (
        f"CIFAR-10 can't be downloaded: more room is needed in {tmp_path}, and its disk has 0.0 MB left; "
        "make room there, or let CIFAR_TUI_CACHE name another folder"
    )
    assert told[1:] == [str(2 * MIB), f"{tmp_path / 'archive'}", "True"]
    assert asked == ["/length-unknown", f"/whole from {2 * MIB}"]
