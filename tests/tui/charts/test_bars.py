from dataclasses import replace

import pytest

from core.config.presets import Norm
from core.results.labelled_runs import label_runs
from core.results.seed_groups import SeedGroup, seed_groups
from core.runs.events import Evaluated
from tests.report.example_runs import CLASSES, example_states
from tests.report.partial_runs import demo, waiting
from tests.tui.compare.studies import seeds_study
from tui.charts.bars import ClassTable, bar_lines, class_table
from tui.charts.signs import Signs

_TABLE = class_table(seed_groups(label_runs(example_states())))


def _text(table: ClassTable, width: int, height: int, signs: Signs | None = None) -> list[str]:
    return [
        "".join(piece.text for piece in line) for line in bar_lines(table, width, height, signs or Signs())
    ]


def test_the_last_evaluation_is_shown() -> None:
    assert _TABLE.classes == CLASSES
    assert [run.label for run in _TABLE.runs] == list(Norm)
    assert [run.colour for run in _TABLE.runs] == ["norm-batch", "norm-layer", "norm-group"]
    assert _TABLE.runs[0].shares[0] == pytest.approx(0.796)


def test_bars_are_grouped_by_class_where_there_is_room() -> None:
    lines = _text(_TABLE, 66, 40)
    assert lines[:4] == [
        "airplane    batch   79.6%  " + "█" * 31,
        "            layer   74.2%  " + "█" * 29,
        "            group   76.8%  " + "█" * 30,
        "",
    ]
    assert len(lines) == 40


@pytest.mark.parametrize("runs", range(1, 7))
def test_every_number_is_seen_in_a_usual_terminal(runs: int) -> None:
    table = class_table(seed_groups(label_runs((example_states() * 2)[:runs])))
    lines = _text(table, 78, 22)
    assert len(lines) <= 22
    assert max(map(len, lines)) <= 78
    assert sum(line.count("%") for line in lines) == 10 * runs
    assert all("█" in line for line in lines if "%" in line)


def test_in_ascii_bars_are_made_of_signs() -> None:
    lines = _text(_TABLE, 66, 40, Signs(ascii_only=True))
    assert lines[0] == "airplane    batch   79.6%  " + "#" * 31
    assert all(line.isascii() for line in lines)


def test_a_class_without_images_has_a_dash() -> None:
    (run,) = label_runs(example_states()[:1])
    tested = Evaluated(epoch=1, loss=1.0, confusion=((3, 1), (0, 0)), seconds=1.0)
    epochs = (replace(run.state.epochs[0], test=tested),)
    table = class_table([SeedGroup((replace(run, state=replace(run.state, epochs=epochs)),))])
    first, second = _text(table, 60, 22)
    assert "75.0%" in first
    assert second.rstrip().endswith("\N{EN DASH}")


def test_runs_with_other_classes_are_left_out_and_that_is_told() -> None:
    other = demo()
    assert other.data is not None
    shapes = replace(other, data=replace(other.data, classes=tuple("abcdefghij")))
    table = class_table(seed_groups(label_runs([*example_states(), shapes, waiting()])))
    assert (len(table.runs), table.left_out) == (3, 1)
    assert _text(table, 78, 22)[-1] == "left out, with other classes: 1"


def test_before_the_first_evaluation_a_sentence_says_so() -> None:
    assert _text(class_table(seed_groups(label_runs([waiting()]))), 78, 22) == [
        "waits for the first epoch's test: not begun yet"
    ]


def test_seeds_are_averaged_class_by_class() -> None:
    runs = label_runs(seeds_study(3))
    (batch, *_) = class_table(seed_groups(runs)).runs
    singles = class_table([SeedGroup((run,)) for run in runs[:3]]).runs
    assert batch.label == "batch (3)"
    assert batch.shares[0] == pytest.approx(sum(run.shares[0] or 0 for run in singles) / 3)
    assert len({run.shares[0] for run in singles}) == 3


@pytest.mark.parametrize("width", [74, 114, 194])
def test_many_runs_are_a_line_each_and_none_is_broken(width: int) -> None:
    table = class_table([SeedGroup((run,)) for run in label_runs(seeds_study(8))])
    lines = _text(table, width, 16)
    assert max(map(len, lines)) <= width
    assert lines[0] == "seed:"
    assert [line.split()[:2] for line in lines[2:]] == [
        [norm, str(seed)] for norm in Norm for seed in range(8)
    ]
    assert all(line.count("%") == 10 for line in lines[2:])


def test_of_more_classes_than_fit_the_others_stand_below() -> None:
    runs = [SeedGroup((run,)) for run in label_runs(seeds_study(8))]
    lines = _text(class_table(runs), 40, 16)
    assert max(map(len, lines)) <= 40
    assert sum(line.count("%") for line in lines) == 10 * 24
