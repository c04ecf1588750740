"""What a cache entry says of its images, read without them: no numpy, so that screens can look there."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.runs.safe_files import read_file

DESCRIPTION: Final = "entry.json"
MOST_DESCRIPTION: Final = 2**24  # bytes; as many as sizes of a million images take


@dataclass(frozen=True, slots=True)
class Described:
    """The classes' names, and how many images there are."""

    classes: tuple[str, ...]
    train: int
    test: int


def described(folder: Path) -> Described | None:
    """Return what the entry in `folder` says; None where there is none, or it cannot be read."""
    try:
        found = json.loads(read_file(folder / DESCRIPTION, MOST_DESCRIPTION))["description"]
        return Described(tuple(map(str, found["classes"])), int(found["train"]), int(found["test"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
