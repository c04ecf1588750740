import json
import pickle
from collections.abc import Sequence
from typing import Any

import pytest

from core.runs.event_codec import from_line, to_line
from core.runs.events import Evaluated, Record, UnknownEvent
from core.runs.packed import PackedCounts
from core.runs.sparse_counts import WHOLE_UP_TO, SparseCounts, counted

SIDE = 1_000
TABLE = SparseCounts(SIDE, [0, 3, 3, 999], [0, 1, 3, 0], [50, 2, 7, 1])


def written(confusion: Sequence[Sequence[int]]) -> str:
    return to_line(Record(0, 1.0, Evaluated(epoch=1, loss=1.0, confusion=confusion, seconds=1.0)))


def altered(**changes: Any) -> Record:  # noqa: ANN401 - whatever a line may hold
    line = json.loads(written(TABLE))
    line["confusion"] |= changes
    return from_line(json.dumps(line))


def test_it_is_the_table_it_stands_for() -> None:
    rows = [[0] * SIDE for _ in range(SIDE)]
    rows[0][0], rows[3][1], rows[3][3], rows[999][0] = 50, 2, 7, 1
    assert TABLE == tuple(map(tuple, rows)) == PackedCounts(rows)
    assert (len(TABLE), TABLE.total, TABLE.diagonal) == (SIDE, 60, 57)
    assert TABLE[-1] == TABLE[998:][1] == tuple(rows[999])
    assert pickle.loads(pickle.dumps(TABLE)) == TABLE  # noqa: S301 - our own


def test_a_line_has_what_is_not_zero_and_is_read_again() -> None:
    line = written(TABLE)
    assert len(line) < 250
    event = from_line(line).event
    assert isinstance(event, Evaluated)
    assert isinstance(event.confusion, SparseCounts)
    assert event.confusion == TABLE
    assert (event.correct, event.images) == (57, 60)
    assert event.class_accuracy[:4] == (1.0, None, None, 7 / 9)
    assert written(event.confusion) == line


@pytest.mark.parametrize(
    "changes",
    [
        {"side": 0},
        {"side": 1_001},
        {"side": 999},
        {"side": 1e3},
        {"true": [0, 3, 3]},
        {"true": [0, 3, 2, 999]},
        {"predicted": [0, 3, 3, 0]},
        {"predicted": [0, 1, 1_000, 0]},
        {"predicted": [0, 1, 3, -1]},
        {"counts": [50, 2, 7, -1]},
        {"counts": [50, 2, 7, 1e9]},
        {"counts": None},
    ],
)
def test_what_no_table_is_is_refused(changes: dict[str, Any]) -> None:
    assert isinstance(altered(**changes).event, UnknownEvent)


@pytest.mark.parametrize("side", [2, 10, WHOLE_UP_TO])
def test_a_small_table_is_written_whole_however_empty(side: int) -> None:
    assert counted(side, [1], [4]) == ((0, 4, *[0] * (side - 2)), *[(0,) * side] * (side - 1))
    assert '"confusion":[[0,4' in written(counted(side, [1], [4]))


def test_a_large_table_is_written_as_is_shorter() -> None:
    few, many = list(range(0, 10_000, 10)), list(range(0, 10_000, 3))
    sparse, whole = (counted(100, places, [12] * len(places)) for places in (few, many))
    assert isinstance(sparse, SparseCounts)
    assert not isinstance(whole, SparseCounts)
    for places, table in ((few, sparse), (many, whole)):
        assert [place for place in range(10_000) if table[place // 100][place % 100]] == places
    dense = json.dumps([list(row) for row in sparse], separators=(",", ":"))
    assert len(json.dumps(sparse.as_written(), separators=(",", ":"))) < len(dense)
