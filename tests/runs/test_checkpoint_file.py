import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from core.config.presets import Norm
from core.runs.checkpoint_file import (
    Checkpoint,
    DamagedError,
    read_checkpoint,
    remove_half,
    write_checkpoint,
)
from tests.report.example_runs import config
from tests.runs.origins import origin

_CONFIG = config(Norm.BATCH)
_ORIGIN = origin(_CONFIG, torch="2.9.1", numpy="2.3.0")
_CHECKPOINT = Checkpoint(
    origin=_ORIGIN,
    epoch=3,
    step=17,
    seconds=1.5,
    history=('{"kind":"evaluated"}\n', '{"kind":"steps_done"}\n'),
    state=bytes(range(256)) * 8 + b"\n\n",
)


def _write(path: Path, checkpoint: Checkpoint = _CHECKPOINT) -> list[int]:
    sizes: list[int] = []
    write_checkpoint(path, checkpoint, sizes.append)
    return sizes


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    assert _write(path) == [path.stat().st_size]
    assert read_checkpoint(path) == _CHECKPOINT
    assert read_checkpoint(tmp_path / "none.pt") is None
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_cut_at_any_byte_it_is_damaged_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    _write(path)
    whole = path.read_bytes()
    for length in [*range(200), *range(len(whole) - 1_024, len(whole))]:
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedError):
            read_checkpoint(path)


def test_one_bit_turned_anywhere_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    _write(path)
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(DamagedError):
            read_checkpoint(path)
    epoch = whole.index(b'"epoch": 3') + len(b'"epoch": ')
    path.write_bytes(whole[:epoch] + b"4" + whole[epoch + 1 :])
    with pytest.raises(DamagedError, match=r"^damaged$"):
        read_checkpoint(path)


def test_one_of_an_earlier_version_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(DamagedError, match=r"^no checkpoint of this version of cifar-tui$"):
        read_checkpoint(path)
    path.write_bytes(b'{"format": 4}\n')
    with pytest.raises(DamagedError, match=r"^of another version of cifar-tui$"):
        read_checkpoint(path)


def test_a_header_with_numbers_that_are_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    _write(path)
    whole = path.read_bytes()
    for number in (b"1e999", b"NaN", b'"x"', b"[]"):
        content = whole[:-32].replace(b'"epoch": 3', b'"epoch": ' + number)
        path.write_bytes(content + hashlib.sha256(content).digest())
        with pytest.raises(DamagedError, match=r"^no checkpoint of this version of cifar-tui$"):
            read_checkpoint(path)


def test_the_last_one_stays_until_the_next_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    _write(path)

    def dies(_size: int) -> None:
        assert read_checkpoint(path) == _CHECKPOINT
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - whichever
        write_checkpoint(path, replace(_CHECKPOINT, epoch=4), dies)
    assert read_checkpoint(path) == _CHECKPOINT
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_what_a_dead_writer_left_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    _write(path)
    (tmp_path / "checkpoint.half").write_bytes(b"{")
    remove_half(path)
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_every_difference_is_told_in_words() -> None:
    other = replace(
        _ORIGIN, fingerprint="sha256:2", instructions="AVX512", versions={"torch": "2.10.0", "pillow": "12"}
    )
    assert _ORIGIN.differences(_ORIGIN) == ()
    assert _ORIGIN.differences(other) == (
        "other images",
        "instructions AVX2 (here AVX512)",
        "numpy 2.3.0 (here absent)",
        "pillow absent (here 12)",
        "torch 2.9.1 (here 2.10.0)",
    )
