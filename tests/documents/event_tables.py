"""The tables of events: which there are, what each tells, and with which fields."""

from dataclasses import fields
from inspect import getdoc
from types import UnionType
from typing import get_args

from core.report.markup import table
from core.runs.event_codec import EVENT_TYPES
from core.runs.events import RunEvent
from core.runs.suite_events import SuiteEvent
from core.runs.tracked_events import TrackedEvent


def run_events_table() -> str:
    """Return the table of what a run tells: a row an event, by name."""
    return _table(RunEvent)


def suite_events_table() -> str:
    """Return the same of what happens to a suite."""
    return _table(SuiteEvent)


def tracked_events_table() -> str:
    """Return the same of what a training loop of another program tells."""
    return _table(TrackedEvent)


def _table(events: UnionType) -> str:
    kinds = sorted(kind for kind, event_type in EVENT_TYPES.items() if event_type in get_args(events))
    rows = ((f"`{kind}`", _words(EVENT_TYPES[kind]), _fields(EVENT_TYPES[kind])) for kind in kinds)
    return table(("kind", "what it tells", "its fields"), rows, left=range(3))


def _words(event_type: type) -> str:
    """Return the first paragraph of an event's docstring; its marks of code are Markdown's, too."""
    return " ".join((getdoc(event_type) or "").partition("\n\n")[0].split())


def _fields(event_type: type) -> str:
    return ", ".join(f"`{field.name}`" for field in fields(event_type))
