"""What can be done with the list as it stands, and with which of its runs."""

from pathlib import Path
from typing import Final

from core.runs.run_state import Outcome
from tui.runs.columns import Row
from tui.runs.listing import Listing

_WHILE_TYPING: Final = frozenset({"move", "page", "leave_filter"})
_OF_THE_LIST: Final = frozenset({"filter", "leave_filter", "sort", "reverse"})


def offered(listing: Listing, *, typing: bool, detailed: bool = False) -> frozenset[str]:
    """Name the actions that would do something.

    `typing` tells whether keys go into the filter, `detailed` whether the details have the list's place.
    """
    current = listing.current
    possible = {
        "move": current is not None,
        "page": current is not None,
        "move_to_end": current is not None,
        "open": current is not None and current.run.outcome is not None,
        "mark": current is not None,
        "unmark_all": bool(listing.marked),
        "compare": bool(to_compare(listing)),
        "filter": listing.total > 0,
        "leave_filter": typing or bool(listing.filter),
        "sort": len(listing.shown) > 1,
        "reverse": len(listing.shown) > 1,
        "retry": current is not None and can_be_retried(current),
        "train_longer": current is not None and current.run.can_be_longer and not current.live,
        "export": bool(to_export(listing)),
        "delete": current is not None,
        "note": current is not None and _has_started(current),
        "toggle_details": current is not None or detailed,
        "leave_details": detailed,
    }
    does = frozenset(name for name, something in possible.items() if something)
    does -= _OF_THE_LIST if detailed else frozenset()
    return does & _WHILE_TYPING if typing else does


def to_compare(listing: Listing) -> tuple[Path, ...]:
    """Return the folders of the marked runs that have started."""
    return tuple(row.path for row in listing.marked if _has_started(row))


def to_export(listing: Listing) -> tuple[Path, ...]:
    """Return the folders of the marked runs that have started, else that of the suite under the cursor."""
    current = listing.current
    if listing.marked or current is None:
        return to_compare(listing)
    return (current.suite,) if any(map(_has_started, listing.of_suite(current.suite))) else ()


def to_delete(listing: Listing) -> tuple[Row, ...]:
    """Return the marked runs, else the one under the cursor."""
    current = listing.current
    return listing.marked or (() if current is None else (current,))


def can_be_retried(row: Row) -> bool:
    """Return whether a run ended early, or waits for a worker that is not there."""
    outcome = row.run.outcome
    if outcome is None:
        return False
    return outcome.can_be_retried or (outcome is Outcome.WAITING and row.run.locked is False)


def _has_started(row: Row) -> bool:
    return row.run.started_at is not None and row.run.problem is None
