"""The schema says of a line what the codec says of it, as far as a schema can."""

import json
import math
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from core.errors import InputError
from core.runs.event_checks import check_event
from core.runs.event_codec import EVENT_TYPES, VERSION, from_line
from core.runs.events import Evaluated, UnknownEvent
from core.runs.limits import MOST
from core.runs.sparse_counts import SparseCounts
from core.runs.strict_values import UNREADABLE, strict_converter
from tests.documents.described import is_described, validator
from tests.documents.event_schema import FILE, schema_text
from tests.faults.hostile_lines import RUN, SUITE, Fields, hostile_line, lines_of
from tests.report.scalars.scalar_runs import run_events

_MANY_CLASSES = Evaluated(
    epoch=1, loss=1.0, confusion=SparseCounts(100, [0, 7, 99], [3, 7, 0], [5, 1, 2]), seconds=1.0
)
_KNOWN = [*lines_of(RUN), *lines_of(SUITE), *lines_of(run_events(1)), *lines_of([_MANY_CLASSES])]


def test_the_committed_schema_is_that_of_the_events() -> None:
    again = "uv run python -m tests.documents.event_schema"
    assert FILE.read_text(encoding="utf-8") == schema_text(), f"write it anew by `{again}`"


def test_every_kind_of_event_is_in_it() -> None:
    assert set(json.loads(schema_text())["properties"]["kind"]["enum"]) == set(EVENT_TYPES)


def test_every_line_that_we_write_is_described() -> None:
    assert [fields for fields in _KNOWN if not validator().is_valid(fields)] == []


def test_what_a_validator_complains_of_is_the_event_itself() -> None:
    (error,) = validator().iter_errors(_KNOWN[0] | {"command": 7})
    assert (list(error.path), error.message) == (["command"], "7 is not of type 'string'")


def _lines() -> Iterator[str]:
    """Yield lines as a damaged disk or a stranger would have them, of this version by what they say."""
    for seed in range(400):
        line = hostile_line(Random(seed), _KNOWN)  # noqa: S311 - chance need not be a secret
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            yield line
        else:
            yield json.dumps(fields | {"v": VERSION} if isinstance(fields, dict) else fields)


def test_a_line_is_described_where_it_is_read_and_refused_where_that_can_be_said() -> None:
    refused = 0
    for line in _lines():
        is_read, described = not isinstance(from_line(line).event, UnknownEvent), is_described(line)
        assert described or not is_read, line
        if described and not is_read:
            assert _is_beyond_a_schema(json.loads(line)), line
        refused += not described
    assert refused > 100


def _is_beyond_a_schema(fields: Fields) -> bool:
    """Tell whether what is wrong with a line is nothing that a schema can say."""
    fields = _as_json_has_it(fields)
    if not isinstance(from_line(json.dumps(fields)).event, UnknownEvent):
        return True
    try:
        event = strict_converter().structure(fields, EVENT_TYPES[fields["kind"]])
    except InputError:
        return True  # settings that go together
    except UNREADABLE as error:
        if str(error) == "rows of several lengths":
            return True
        return bool(fields["kind"] == "answers_marked")  # bytes within a text
    with pytest.raises(ValueError, match="contradicts itself"):
        check_event(event)
    return True


def _as_json_has_it(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return `value` without differences that JSON does not know: NaN, and whole numbers written 1.0."""
    match value:
        case dict():
            return {key: _as_json_has_it(part) for key, part in value.items()}
        case list():
            return [_as_json_has_it(part) for part in value]
        case float() if math.isnan(value) or value.is_integer():
            return 0 if math.isnan(value) else int(value)
        case _:
            return value


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("steps_done", {"epoch": 0}),
        ("steps_done", {"losses": [1e39]}),
        ("steps_done", {"losses": None}),
        ("steps_done", {"correct": [1.5]}),
        ("run_started", {"config": {"norm": "batch", "epochs": 1_001}}),
        ("run_started", {"config": {"norm": "instance"}}),
        ("run_started", {"config": {"norm": "batch", "learning_rate": 0}}),
        ("run_started", {"config": {"norm": "batch", "data": "a\0b"}}),
        ("run_started", {"config": {"norm": "batch", "data": " "}}),
        ("data_loaded", {"classes": []}),
        ("data_loaded", {"classes": "cat"}),
        ("evaluated", {"confusion": [[]]}),
        ("phase_changed", {"phase": "asleep"}),
        ("notice", {"text": 7}),
        ("notice", {"seq": 2 * MOST}),
        ("notice", {"t": -1}),
        ("notice", {"kind": "aurora_seen"}),
    ],
)
def test_what_a_field_cannot_be_the_schema_refuses(kind: str, wrong: Fields) -> None:
    whole = next(fields for fields in _KNOWN if fields["kind"] == kind)
    assert is_described(json.dumps(whole))
    line = json.dumps(whole | wrong)
    assert not is_described(line)
    assert isinstance(from_line(line).event, UnknownEvent)


def test_a_version_that_is_to_come_is_not_this_ones() -> None:
    assert not is_described(json.dumps(_KNOWN[0] | {"v": VERSION + 1}))
