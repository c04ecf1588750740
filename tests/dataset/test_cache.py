import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.dataset.cache import MAX_ENTRIES, ImageCache
from core.dataset.cache_keys import entry_key
from core.dataset.images import ImageSet
from core.environment import default_cache_folder
from core.errors import InputError
from tests.dataset.samples import Recorder, small_image_set, write_image_folder

ENTRY_FILES = ["entry.json", "train-images.npy", "train-labels.npy", "test-images.npy", "test-labels.npy"]


def must_not_build() -> ImageSet:
    pytest.fail("the entry was built again")


def entries(cache: ImageCache) -> set[str]:
    return {path.name for path in cache.folder.iterdir() if path.is_dir()}


@pytest.fixture
def cache(tmp_path: Path, recorder: Recorder) -> ImageCache:
    return ImageCache(tmp_path / "cache", recorder.notice)


def test_what_was_built_is_kept_whole(cache: ImageCache, recorder: Recorder) -> None:
    built = cache.get_or_build("key", lambda: small_image_set(7))
    found = cache.get_or_build("key", must_not_build)
    assert found is not built
    assert (found.classes, found.label, found.source) == (built.classes, built.label, built.source)
    assert found.fingerprint == built.fingerprint
    assert found.train.images.tolist() == built.train.images.tolist()
    assert found.test.labels.tolist() == built.test.labels.tolist()
    assert recorder.notices == []


@pytest.mark.parametrize("name", ENTRY_FILES)
@pytest.mark.parametrize("damage", ["flipped", "cut", "removed"])
def test_a_damaged_entry_is_built_again(
    cache: ImageCache, recorder: Recorder, name: str, damage: str
) -> None:
    cache.get_or_build("key", lambda: small_image_set(7))
    file = cache.folder / "key" / name
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    if damage == "removed":
        file.unlink()
    else:
        file.write_bytes(content if damage == "flipped" else content[:-20])
    again = cache.get_or_build("key", lambda: small_image_set(8))
    assert again.label == "set 8"
    assert len(recorder.notices) == 1
    assert f"cache entry {cache.folder / 'key'} is damaged" in recorder.notices[0]
    assert cache.get_or_build("key", must_not_build).fingerprint == again.fingerprint
    assert entries(cache) == {"key"}


def test_a_failed_build_is_passed_on_and_leaves_nothing(cache: ImageCache) -> None:
    def fail() -> ImageSet:
        raise InputError("train/cat/0001.png is broken")

    with pytest.raises(InputError, match="is broken"):
        cache.get_or_build("key", fail)
    assert entries(cache) == set()
    assert cache.get_or_build("key", small_image_set).label == "set 0"


def test_the_entries_used_last_are_kept(cache: ImageCache) -> None:
    names = [f"key{number}" for number in range(MAX_ENTRIES)]
    for age, name in enumerate(names):
        cache.get_or_build(name, small_image_set)
        os.utime(cache.folder / name, (age, age))
    cache.get_or_build(names[0], must_not_build)
    cache.get_or_build("newest", small_image_set)
    assert entries(cache) == {names[0], *names[2:], "newest"}


def test_a_cache_that_cannot_be_written_is_a_notice(tmp_path: Path, recorder: Recorder) -> None:
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("a file where the cache should be")
    cache = ImageCache(in_the_way, recorder.notice)
    assert cache.get_or_build("key", small_image_set).label == "set 0"
    assert len(recorder.notices) == 1
    assert f"cache folder {in_the_way}/decoded can't be written" in recorder.notices[0]
    assert "CIFAR_TUI_CACHE" in recorder.notices[0]


@pytest.mark.skipif(os.name == "nt", reason="there is no limit on file sizes to set")
def test_a_disk_that_fills_up_is_a_notice(cache: ImageCache) -> None:
    # The limit on file sizes stands for the full disk: write() fails half-way just the same.
    done = run_child(
        "import resource",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))",
        "print(cache.get_or_build('key', small_image_set).label)",
        base=cache.base,
    )
    assert done.stdout.splitlines()[-1] == "set 0"
    assert "can't be written, which takes 0.1 MB (there is no room left); decoding again" in done.stdout
    assert entries(cache) == set()
    assert cache.get_or_build("key", lambda: small_image_set(1)).label == "set 1"


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_killed_process_blocks_nobody_and_is_swept_up_after(cache: ImageCache) -> None:
    done = run_child(
        "import os, signal",
        "def die():",
        "    with cache.scratch('key') as scratch, cache.scratch('other') as other:",
        "        (scratch / 'half.npy').write_bytes(b'half')",
        "        os.kill(os.getpid(), signal.SIGKILL)",
        "cache.get_or_build('key', die)",
        base=cache.base,
    )
    assert done.returncode == -signal.SIGKILL
    assert len(list(cache.folder.glob(".*.partial"))) == 2
    cache.get_or_build("key", small_image_set)
    assert entries(cache) == {"key"}


def test_of_several_processes_one_decodes(tmp_path: Path) -> None:
    folder = write_image_folder(tmp_path / "mine", per_class=(30, 10))
    code = (
        "from pathlib import Path\n"
        "from core.dataset.sources import load_images\n"
        "reports = []\n"
        f"folder, cache = {str(folder)!r}, Path({str(tmp_path)!r})\n"
        "got = load_images(folder, lambda *report: reports.append(report), cache)\n"
        "print(bool(reports), got.fingerprint)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    answers = [child.communicate()[0].split() for child in started]
    assert sorted(decoded for decoded, _ in answers) == ["False", "False", "True"]
    assert len({fingerprint for _, fingerprint in answers}) == 1


def test_a_process_that_waits_says_so(cache: ImageCache, recorder: Recorder) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", child_code(cache.base, "cache.get_or_build('key', wait)", setup=WAIT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "building\n"

    class Releasing(Recorder):
        def notice(self, message: str) -> None:
            super().notice(message)
            assert child.stdin is not None
            child.stdin.write("\n")
            child.stdin.flush()

    releasing = Releasing()
    found = ImageCache(cache.base, releasing.notice).get_or_build("key", must_not_build)
    child.communicate()
    assert found.label == "set 3"
    assert releasing.notices == ["another process is preparing the same images; waiting for it"]
    assert recorder.notices == []


def test_the_key_follows_every_part(tmp_path: Path) -> None:
    keys = {
        entry_key(tmp_path, [("a", 1, 2), ("b", 3, 4)]),
        entry_key(tmp_path, [("a", 1, 2)]),
        entry_key(tmp_path, [("a", 1, 3), ("b", 3, 4)]),
        entry_key(tmp_path, [("a", 2, 2), ("b", 3, 4)]),
        entry_key(tmp_path / "other", [("a", 1, 2), ("b", 3, 4)]),
    }
    assert len(keys) == 5
    assert entry_key(tmp_path / "x" / "..", [("a", 1, 2)]) in keys


def test_the_cache_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(tmp_path))
    assert default_cache_folder() == tmp_path
    monkeypatch.setenv("CIFAR_TUI_CACHE", "")
    assert default_cache_folder().name == "cifar-tui"


WAIT = """
def wait():
    print('building', flush=True)
    input()
    return small_image_set(3)
"""


def child_code(base: Path, *lines: str, setup: str = "") -> str:
    return "\n".join(
        (
            "from pathlib import Path",
            "from core.dataset.cache import ImageCache",
            "from tests.dataset.samples import small_image_set",
            f"cache = ImageCache(Path({str(base)!r}), print)",
            setup,
            *lines,
        )
    )


def run_child(*lines: str, base: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", child_code(base, *lines)], capture_output=True, text=True, check=False
    )
