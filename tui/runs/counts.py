"""What the list says of itself, and of what is to be deleted."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core.printable import printable
from tui.runs.columns import BEST_CAUTION, Row
from tui.runs.listing import Listing

_KILO: Final = 1000


def runs_words(count: int) -> str:
    """Say how many runs."""
    return "1 run" if count == 1 else f"{count:,} runs"


def counts_line(listing: Listing, *, best: bool = False) -> str:
    """Sum up the list: how many of how many, what is marked, in what order, what the best epochs are."""
    shown, total = len(listing.shown), listing.total
    words = [f"{shown:,} of {runs_words(total)}" if listing.filter else runs_words(total)]
    if marked := len(listing.marked):
        hidden = listing.hidden_marks
        words.append(f"{marked:,} marked" + (f", {hidden:,} of them hidden" if hidden else ""))
    column = listing.column
    if total:
        order = column.descending_words if listing.descending else column.ascending_words
        words.append(f"sorted by {column.name}, {order}")
        words += [BEST_CAUTION] * best
    return " · ".join(words)


def nothing_line(listing: Listing, runs_dir: Path, trouble: str | None) -> str:
    """Say why no run is shown, where that is so; `trouble` is why they cannot be read, None before a look."""
    place = printable(str(runs_dir))
    if listing.shown:
        return ""
    if trouble is None:
        return f"Reading {place} …"
    if trouble:
        return printable(trouble)
    if listing.total:
        return "No run has all of these words.\nEscape shows every run again."
    return f"There are no runs in {place} yet.\nPress 1 to choose what to train."


def delete_question(rows: Sequence[Row], hidden: int) -> str:
    """Ask whether the runs in `rows` shall go, say what goes with them, and how many are `hidden`."""
    size = size_words(sum(row.run.size for row in rows))
    unseen = f", {hidden:,} of them hidden by the filter" if len(rows) > 1 else ", hidden by the filter"
    return f"Delete {_what(rows)}{unseen if hidden else ''}, {size} of events and weights, for good?"


def _what(rows: Sequence[Row]) -> str:
    if len(rows) > 1:
        return f"{runs_words(len(rows))}"
    run = rows[0].run
    return printable(f"the run {run.suite}/{run.name}" if run.name else f"the suite {run.suite}")


def size_words(size: float) -> str:
    """Write a number of bytes, e.g. as 1.2 MB."""
    for unit in ("bytes", "kB", "MB"):
        if size < _KILO:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= _KILO
    return f"{size:.1f} GB"
