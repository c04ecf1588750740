from pathlib import Path

from core.doctor.disks import (
    CLOSED_CACHE,
    CLOSED_RUNS,
    CLOSED_TEMPORARY,
    LITTLE_ROOM,
    NO_PROGRAMS,
    check_disks,
)
from core.doctor.findings import Sign
from core.doctor.images import NO_PLACE, check_images
from tests.command.programs import everything_in
from tests.process.small_disks import fill, mounted
from tests.runs.closed_folders import closed, open_to_all


def troubles(runs: Path, cache: Path, temporary: Path) -> list[str]:
    return [finding.trouble for finding in check_disks(runs, cache, temporary) if finding.trouble]


def test_folders_to_come_are_judged_by_where_they_will_be(tmp_path: Path) -> None:
    found = list(check_disks(tmp_path / "a" / "runs", tmp_path / "cache", tmp_path))
    assert {finding.sign for finding in found} <= {Sign.OK, Sign.WARNING}  # this machine's disk may be small
    assert "not made yet" in found[0].says or found[0].trouble == LITTLE_ROOM.key
    assert everything_in(tmp_path) == {}


def test_closed_folders_are_told_each_in_its_words() -> None:
    with open_to_all() as folder, closed(folder):
        found = troubles(folder / "runs", folder, folder)
    assert found == [CLOSED_RUNS.key, CLOSED_CACHE.key, CLOSED_TEMPORARY.key]


def test_a_file_where_a_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").touch()
    (finding, *_) = check_disks(tmp_path / "runs", None, tmp_path)
    assert finding.says == f"{tmp_path / 'runs'} cannot be written (Not a directory)"


def test_a_small_disk_is_told_and_a_full_one_refused(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m") as disk:
        (first, *_) = check_disks(disk, None, disk)
        assert (first.trouble, first.says) == (LITTLE_ROOM.key, f"{disk} has 1.0 MB left, which may not last")
        fill(disk)
        (full, *_) = check_disks(disk, None, disk)
    assert full.says == f"{disk} cannot be written (No space left on device)"


def test_a_disk_that_runs_no_programs_is_told_of_the_cache(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m,noexec") as disk:
        assert troubles(tmp_path, disk, tmp_path)[-1] == NO_PROGRAMS.key


def test_a_download_needs_a_cache_that_can_be_written(own_cache: Path) -> None:
    (finding,) = check_images("auto", own_cache, (), can_keep=False)
    assert finding.trouble == NO_PLACE.key
    (demo,) = check_images("demo", own_cache, (), can_keep=False)
    assert demo.sign is Sign.OK
