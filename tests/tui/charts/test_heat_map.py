from dataclasses import replace

import pytest

from core.config.presets import Norm
from core.results.labelled_runs import label_runs
from core.results.seed_groups import seed_groups
from tests.report.example_runs import CLASSES, config, epoch_events, example_states, opening_events, state
from tests.report.partial_runs import waiting
from tests.tui.compare.studies import seeds_study
from tui.charts.bars import class_table
from tui.charts.confusion_cells import Cell, confusion_of, heat_rows
from tui.charts.signs import Signs

_RUN = label_runs(example_states())[0]


def _rows(width: int, height: int, signs: Signs | None = None) -> list[tuple[Cell, ...]]:
    confusion = confusion_of(seed_groups([_RUN])[0])
    assert confusion is not None
    return list(heat_rows(confusion, width, height, signs or Signs()))


def _text(rows: list[tuple[Cell, ...]]) -> list[str]:
    return ["".join(cell.text for cell in row) for row in rows]


def test_every_count_is_seen_in_a_usual_terminal() -> None:
    lines = _text(_rows(78, 20))
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 78
    assert lines[0].startswith("batch, epoch 20 · true ↓ predicted →")
    counts = [[int(word) for word in line.split()[1:]] for line in lines[2:]]
    assert tuple(map(tuple, counts)) == _RUN.state.tests[-1].confusion


def test_a_row_is_a_true_class_and_names_are_as_long_as_there_is_room() -> None:
    small, large = _text(_rows(78, 20)), _text(_rows(140, 20))
    assert [line.split()[0] for line in small[2:]] == list(CLASSES)
    assert small[1].split()[:2] == ["airp…", "auto…"]
    assert large[1].split()[0] == "airplane"


def test_heat_is_the_share_of_the_row() -> None:
    airplane = _rows(78, 20)[2][1:]
    right, wrong = airplane[0], airplane[2]
    assert (right.text.strip(), wrong.text.strip()) == ("796", "9")
    assert right.heat == (796 / 1000) ** 0.5
    assert wrong.heat == (9 / 1000) ** 0.5


def test_right_answers_are_marked_without_colour() -> None:
    lines = _text(_rows(78, 20, Signs(colour=False)))
    assert [line.count("[") for line in lines[2:]] == [1] * 10
    assert "[796]" in lines[2]
    assert not any("[" in line for line in _text(_rows(78, 20)))


@pytest.mark.parametrize("signs", [Signs(), Signs(colour=False)])
def test_counts_stand_below_each_other_by_their_last_digit(signs: Signs) -> None:
    column = [row[1].text for row in _rows(78, 20, signs)[2:]]
    ends = {len(text.rstrip(" ]")) for text in column}
    assert len({len(text.split()[0]) for text in column}) > 1
    assert len(ends) == 1


def test_cells_grow_where_there_is_room() -> None:
    assert len(_rows(140, 40)) == 2 + 10 * 3


def test_where_there_is_too_little_room_nothing_is_left_out() -> None:
    lines = _text(_rows(20, 5))
    assert len(lines) == 12
    assert all(str(count) in lines[2] for count in _RUN.state.tests[-1].confusion[0])


def test_an_evaluation_of_no_class_has_neither_map_nor_bars() -> None:
    opening, (train, test) = opening_events(config(Norm.BATCH)), epoch_events(Norm.BATCH, 1)
    (group,) = seed_groups(label_runs([state([*opening, train, replace(test, confusion=())])]))
    assert confusion_of(group) is None
    assert not class_table([group]).runs


def test_a_run_without_a_test_has_no_map() -> None:
    assert confusion_of(seed_groups(label_runs([waiting()]))[0]) is None


def test_seeds_are_summed() -> None:
    runs = label_runs(seeds_study(3))
    confusion = confusion_of(seed_groups(runs)[0])
    assert confusion is not None
    assert confusion.heading == "batch, 3 seeds summed, epoch 20"
    assert confusion.counts[3][5] == sum(run.state.tests[-1].confusion[3][5] for run in runs[:3])
    assert sum(map(sum, confusion.counts)) == 30_000
