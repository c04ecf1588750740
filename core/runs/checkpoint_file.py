"""A run's checkpoint in its file: who it is of, and what training needs to go on.

The first line is the header, a JSON object, which anybody can read without torch; then come lines of the
event file, as many as the header says, the bytes that `core.training.training_state` makes, and the SHA-256
of all that is before it.
"""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from core.config.presets import Recipe
from core.config.run_config import RunConfig
from core.runs.safe_files import read_file, remove_file, replacing, write_whole
from core.runs.strict_values import UNREADABLE, strict_converter

FORMAT: Final = 3
_LONGEST_HEADER: Final = 65_536  # bytes
_LONGEST_FILE: Final = 1 << 30  # bytes
_HASH_BYTES: Final = hashlib.sha256().digest_size


class DamagedError(Exception):
    """A file is no whole checkpoint of this version; the message says what it is, after "is"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a checkpoint was made with: where any of it differs, training would not go on with the same bits.

    `layers` is how the network is computed: in C++, compiled from what the letters tell, or by torch.
    """

    config: RunConfig
    recipe: Recipe
    fingerprint: str
    device: str
    device_name: str
    instructions: str
    layers: str
    versions: dict[str, str]

    def differences(self, other: "Origin") -> tuple[str, ...]:
        """Say in words what is not the same in `other`: "torch 2.8.0 (here 2.9.1)"."""
        words = {
            "config": "other settings",
            "recipe": "another recipe",
            "fingerprint": "other images",
        }
        told = []
        for name in (field.name for field in fields(self) if field.name != "versions"):
            mine, others = getattr(self, name), getattr(other, name)
            if mine != others:
                told.append(words.get(name, f"{name.replace('_', ' ')} {mine} (here {others})"))
        for package in sorted(self.versions.keys() | other.versions.keys()):
            mine, others = self.versions.get(package), other.versions.get(package)
            if mine != others:
                told.append(f"{package} {mine or 'absent'} (here {others or 'absent'})")
        return tuple(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A training that can go on: `step` steps of epoch `epoch`, from 1, are done, in `seconds`.

    `history` are lines of the event file: the events that tell of the epochs before, and of the steps of the
    last two of them, in case the file has lost its end. `state` is what `TrainingState.to_bytes` gave.
    """

    origin: Origin
    epoch: int
    step: int
    seconds: float
    history: tuple[str, ...]
    state: bytes


def write_checkpoint(path: Path, checkpoint: Checkpoint, before: Callable[[int], None]) -> None:
    """Put `checkpoint` in the place of the last one, which stays until the new one is whole on the disk.

    `before` is called with the size, in bytes, when it is, and before it takes its place.

    Raises:
        OSError: it cannot be written; the last one is still there, and nothing is left of this one.
    """
    content = _to_bytes(checkpoint)
    with replacing(path, _half(path).name) as file:
        write_whole(file, content)
        os.fsync(file.fileno())
        before(len(content))


def read_checkpoint(path: Path) -> Checkpoint | None:
    """Return the checkpoint in `path`; None where there is none.

    Raises:
        DamagedError: it is not whole, or not of this version.
        OSError: it cannot be read.
    """
    try:
        return _from_bytes(read_file(path, _LONGEST_FILE))
    except FileNotFoundError:
        return None


def remove_half(path: Path) -> None:
    """Remove what a writer that died has left beside the checkpoint `path`."""
    with suppress(OSError):
        remove_file(_half(path))


def _half(path: Path) -> Path:
    return path.with_suffix(".half")


def _to_bytes(checkpoint: Checkpoint) -> bytes:
    header = {
        "format": FORMAT,
        "epoch": checkpoint.epoch,
        "step": checkpoint.step,
        "seconds": checkpoint.seconds,
        "origin": strict_converter().unstructure(checkpoint.origin),
        "history": len(checkpoint.history),
    }
    lines = (json.dumps(header) + "\n", *checkpoint.history)
    content = "".join(lines).encode() + checkpoint.state
    return content + hashlib.sha256(content).digest()


def _from_bytes(content: bytes) -> Checkpoint:
    end = content.find(b"\n", 0, _LONGEST_HEADER)
    try:
        header = json.loads(content[: max(end, 0)])
        if header["format"] != FORMAT:
            raise DamagedError("of another version of cifar-tui")
        whole = content[:-_HASH_BYTES]
        if hashlib.sha256(whole).digest() != content[-_HASH_BYTES:]:
            raise DamagedError("damaged")
        lines = whole[end + 1 :].split(b"\n", header["history"])
        return Checkpoint(
            origin=strict_converter().structure(header["origin"], Origin),
            epoch=int(header["epoch"]),
            step=int(header["step"]),
            seconds=float(header["seconds"]),
            history=tuple(line.decode() + "\n" for line in lines[:-1]),
            state=lines[-1],
        )
    except UNREADABLE:
        raise DamagedError("no checkpoint of this version of cifar-tui") from None
