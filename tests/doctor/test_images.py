from pathlib import Path

import pytest

from core.dataset.cache import ImageCache
from core.dataset.cache_keys import downloaded_key, entries_folder
from core.dataset.demo import demo_images
from core.doctor.findings import Finding, fine
from core.doctor.images import DAMAGED, NO_ADDRESS, UNUSABLE, check_images


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(folder))
    return folder


def looked(cache: Path, data: str = "auto", addresses: tuple[str, ...] = ()) -> list[Finding]:
    return list(check_images(data, cache, addresses, can_keep=True))


def test_what_has_to_come_is_told_with_where_from(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_TUI_MIRROR", "https://own/cifar-10-python.tar.gz")
    images, download = looked(cache, addresses=("https://first/it", "https://second/it"))
    assert images.says == "CIFAR-10: 170 MB to download"
    expected = "https://own/cifar-10-python.tar.gz, then https://first/it, then https://second/it"
    assert download.says == f"from {expected} (not tried)"
    assert not cache.exists()


def test_an_address_that_is_none_is_told(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_TUI_MIRROR", "own")
    assert looked(cache)[-1].trouble == NO_ADDRESS.key


def test_decoded_images_are_read_to_the_last_byte(cache: Path) -> None:
    entry = entries_folder(cache) / downloaded_key(cache)
    ImageCache(cache).get_or_build(entry.name, demo_images)
    assert looked(cache)[-1] == fine("decoded images", f"4,000, whole and verified, in {entry}")
    with (entry / "test-images.npy").open("r+b") as images:
        images.seek(-1, 2)
        images.write(b"\x7f")
    assert looked(cache)[-1].trouble == DAMAGED.key


def test_a_folder_without_images_is_told_in_the_words_of_a_run(cache: Path) -> None:
    (finding,) = looked(cache, data=str(cache.parent / "nothing"))
    assert finding.trouble == UNUSABLE.key
    assert finding.says.startswith(f"--data {cache.parent / 'nothing'}: ")
