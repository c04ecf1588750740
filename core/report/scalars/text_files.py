"""Scalars as lines of text: CSV in long form, and JSON objects."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

from core.report.scalars.scalar import Scalar


def write_csv(scalars: Iterable[Scalar], file: Path) -> None:
    """Write a line a scalar, below one with the columns' names.

    A number is written with all its digits, ``nan``, ``inf`` or ``-inf``; no epoch is an empty cell.

    Raises:
        OSError: the disk is full, or the like.
    """
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(Scalar._fields)
        writer.writerows(scalars)


def write_jsonl(scalars: Iterable[Scalar], file: Path) -> None:
    """Write a JSON object a line; NaN and infinity as event files have them, ``NaN`` and ``Infinity``.

    Raises:
        OSError: the disk is full, or the like.
    """
    with file.open("w", encoding="utf-8", newline="") as text:
        for scalar in scalars:
            text.write(json.dumps(scalar._asdict(), ensure_ascii=False) + "\n")
