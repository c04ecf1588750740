from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from core.config.presets import Norm, Preset
from core.runs.index import RunSummary
from core.runs.run_state import Outcome
from tui.runs.column_layout import Measure, fields, measures_of
from tui.runs.columns import COLUMNS, WHEN, Column, Row, row_of
from tui.runs.counts import counts_line, delete_question, size_words
from tui.runs.listing import Listing
from tui.runs.offers import offered, to_compare, to_delete, to_export

BY_NAME = {column.name: column for column in COLUMNS}


def summary(suite: int, norm: Norm, accuracy: float | None, **changes: object) -> RunSummary:
    name = f"20260301-0{suite}0000-tuned"
    known = RunSummary(
        path=Path("runs") / name / norm,
        suite=name,
        name=str(norm),
        outcome=Outcome.FINISHED,
        norm=norm,
        preset=Preset.TUNED,
        seed=suite,
        epochs_wanted=20,
        epochs_done=20,
        last_accuracy=accuracy,
        data="CIFAR-10",
        batch_size=128,
        learning_rate=0.014,
        best_accuracy=accuracy,
        seconds=100.0 + suite,
        started_at=1_772_000_000.0 + 3600 * suite + list(Norm).index(norm),
        size=1000,
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def suite(number: int, *accuracies: float | None, **changes: object) -> tuple[Row, ...]:
    """Return a row for each of the first norms."""
    return tuple(
        row_of(summary(number, norm, a, **changes)) for norm, a in zip(Norm, accuracies, strict=False)
    )


def listing(*suites: tuple[Row, ...]) -> Listing:
    made = Listing()
    made.take({rows[0].suite: rows for rows in suites})
    return made


def names(made: Listing) -> list[str]:
    return [f"{row.run.seed}{row.run.name[0]}" for row in made.shown]


def sorted_by(made: Listing, column: str) -> Listing:
    made.sort_by(BY_NAME[column])
    return made


TWO = (suite(1, 0.71, 0.66, 0.70), suite(2, 0.80, None, 0.79))


def test_the_newest_suite_is_first_with_its_runs_in_their_order() -> None:
    assert names(listing(*TWO)) == ["2b", "2l", "2g", "1b", "1l", "1g"]


def test_a_run_tried_again_later_stays_with_its_suite() -> None:
    first = suite(1, 0.71, 0.66)
    again = (first[0], row_of(replace(first[1].run, started_at=1_772_000_000.0 + 9 * 3600)))
    assert names(listing(again, suite(2, 0.8))) == ["2b", "1b", "1l"]


def test_a_suite_that_has_not_begun_stands_where_its_name_says() -> None:
    waiting = suite(5, None, started_at=None, outcome=Outcome.WAITING)
    begun = suite(2, 0.8, started_at=1_000.0)
    assert names(listing(begun, waiting)) == ["5b", "2b"]


def test_a_run_without_the_figure_is_last_whichever_way_round() -> None:
    made = sorted_by(listing(*TWO), "accuracy")
    assert names(made) == ["2b", "2g", "1b", "1g", "1l", "2l"]
    made.sort_by(BY_NAME["accuracy"])
    assert names(made) == ["1l", "1g", "1b", "2g", "2b", "2l"]


@pytest.mark.parametrize("column", [c for c in COLUMNS if c is not WHEN], ids=lambda column: str(column.name))
def test_every_column_sorts_and_turns_round(column: Column) -> None:
    made = listing(suite(1, 0.7, 0.6), suite(2, None, 0.8, outcome=Outcome.LOST, epochs_done=3))
    for descending in (column.descending_first, not column.descending_first):
        made.sort_by(column)
        keys = [column.key(row.run) for row in made.shown]
        known = [key for key in keys if key is not None]
        assert known == sorted(known, reverse=descending)
        assert len(keys) == 4


def test_the_newest_first_turns_into_the_oldest_first() -> None:
    assert names(sorted_by(listing(*TWO), "when")) == ["1b", "1l", "1g", "2b", "2l", "2g"]


def test_the_next_column_is_one_that_is_shown() -> None:
    made = listing(*TWO)
    shown = (BY_NAME["state"], WHEN, BY_NAME["norm"])
    order = []
    for _ in range(3):
        made.sort_by_next(shown)
        order.append(made.column.name)
    assert order == ["norm", "state", "when"]


def test_words_are_looked_for_in_all_of_a_row() -> None:
    made = listing(*TWO)
    made.find("TUNED  layer finished")
    assert names(made) == ["2l", "1l"]
    made.find("66.00%")
    assert names(made) == ["1l"]
    made.find("layer batch")
    assert names(made) == []
    assert made.current is None


def test_the_cursor_and_marks_stay_on_their_runs() -> None:
    made = listing(*TWO)
    made.move(4)
    made.toggle_mark()
    assert made.current is not None
    path = made.current.path
    newer = suite(3, 0.9)
    for change in (
        partial(made.take, {newer[0].suite: newer}),
        partial(made.sort_by, BY_NAME["accuracy"]),
        partial(made.find, "layer"),
        partial(made.find, ""),
        partial(made.take, {TWO[1][0].suite: ()}),
    ):
        change()
        assert made.current is not None
        assert made.current.path == path
        assert [row.path for row in made.marked] == [path]


def test_where_the_cursors_run_goes_the_next_takes_its_place() -> None:
    made = listing(*TWO)
    made.move(5)
    made.toggle_mark()
    made.take({TWO[0][0].suite: TWO[0][:1]})
    assert made.current is not None
    assert (names(made), made.current.path) == (["2b", "2l", "2g", "1b"], TWO[0][0].path)
    assert made.marked == ()


def test_the_cursor_stays_in_the_list() -> None:
    made = listing(*TWO)
    for by, at in ((-1, 0), (100, 5), (-2, 3)):
        made.move(by)
        assert made.at == at
    empty = Listing()
    empty.move(1)
    empty.toggle_mark()
    assert (empty.at, empty.current, empty.marked) == (0, None, ())


def test_the_sum_tells_what_is_shown_marked_and_hidden() -> None:
    made = listing(*TWO)
    made.toggle_mark()
    made.move(1)
    made.toggle_mark()
    made.find("layer")
    made.sort_by(BY_NAME["accuracy"])
    words = "2 of 6 runs · 2 marked, 1 of them hidden · sorted by accuracy, best first"
    assert counts_line(made) == words
    assert counts_line(Listing()) == "0 runs"


def test_what_is_deleted_is_named_with_its_size() -> None:
    assert delete_question(TWO[0], hidden=0) == "Delete 3 runs, 3.0 kB of events and weights, for good?"
    one = delete_question(TWO[0][:1], hidden=0)
    assert one == "Delete the run 20260301-010000-tuned/batch, 1.0 kB of events and weights, for good?"
    assert [size_words(size) for size in (0, 999, 1_234_567, 5e9)] == [
        "0 bytes",
        "999 bytes",
        "1.2 MB",
        "5.0 GB",
    ]


def test_what_is_deleted_unseen_is_told() -> None:
    assert delete_question(TWO[0], hidden=2).startswith("Delete 3 runs, 2 of them hidden by the filter, ")
    assert ", hidden by the filter, " in delete_question(TWO[0][:1], hidden=1)


def test_a_waiting_run_names_no_images_as_its_folder_is_not_their_name() -> None:
    waiting = row_of(summary(1, Norm.BATCH, None, outcome=Outcome.WAITING, data="/images"))
    assert waiting.texts[COLUMNS.index(BY_NAME["data"])] == "–"


def test_a_column_is_as_wide_as_its_text_is_drawn() -> None:
    row = row_of(replace(TWO[0][0].run, suite="猫猫猫猫"))
    assert measures_of([row])[COLUMNS.index(BY_NAME["suite"])].width == 8


def measures(**told: int) -> tuple[Measure, ...]:
    """Return what columns measure in a list of which those in `told`, of these widths, tell rows apart."""
    usual = {
        "state": 12,
        "when": 16,
        "suite": 21,
        "norm": 5,
        "preset": 9,
        "data": 15,
        "epochs": 6,
        "accuracy": 8,
    }
    return tuple(
        Measure(
            told.get(column.name, usual.get(column.name, len(column.name))),
            column.name in told or not column.optional,
        )
        for column in COLUMNS
    )


ALWAYS = ["state", "when", "norm", "epochs", "accuracy"]


@pytest.mark.parametrize(
    ("room", "told", "shown"),
    [
        (0, {}, []),
        (12, {}, []),
        (62, {}, ["state", "when", "norm", "epochs", "accuracy"]),
        (79, {}, [*ALWAYS[:4], "time", "accuracy", "best epoch"]),
        (79, {"preset": 9, "seed": 4}, [*ALWAYS[:3], "preset", "seed", *ALWAYS[3:]]),
        (79, {"data": 15}, [*ALWAYS[:3], "data", *ALWAYS[3:]]),
        (300, {}, [column.name for column in COLUMNS]),
    ],
)
def test_columns_that_tell_less_go_where_there_is_no_room(
    room: int, told: dict[str, int], shown: list[str]
) -> None:
    found = fields(measures(**told), room, 3)
    assert [field.column.name for field in found] == shown
    assert all(field.at + field.width < room for field in found)


def test_a_column_tells_something_where_rows_differ_or_are_not_as_usual() -> None:
    def telling(*runs: RunSummary) -> set[str]:
        found = measures_of([row_of(run) for run in runs])
        optional = (pair for pair in zip(COLUMNS, found, strict=True) if pair[0].optional)
        return {column.name for column, measure in optional if measure.telling}

    run = TWO[0][0].run
    assert telling(run, run) == set()
    assert telling(run, replace(run, seed=9, learning_rate=0.5)) == {"seed", "lr"}
    assert telling(replace(run, limit_train=3000), replace(run, limit_train=3000)) == {"limit"}


@pytest.mark.parametrize(
    ("train", "test", "words"),
    [
        (None, None, "all"),
        (3000, 1000, "3k/1k"),
        (12_500, None, "12.5k/all"),
        (None, 512, "all/512"),
        (1024, 100, "1,024/100"),
    ],
)
def test_limits_are_told_in_few_cells(train: int | None, test: int | None, words: str) -> None:
    row = row_of(replace(TWO[0][0].run, limit_train=train, limit_test=test))
    assert row.texts[COLUMNS.index(BY_NAME["limit"])] == words


def test_the_best_epoch_is_named_as_what_it_is() -> None:
    assert counts_line(listing(*TWO), best=True).endswith(
        "sorted by when, newest first · best epoch: chosen on the test images, no result"
    )


def test_a_name_that_would_confuse_the_terminal_is_made_harmless() -> None:
    run = replace(
        summary(1, Norm.BATCH, 0.7), suite="\x1b[2Jbad\nname", problem="/x/suite.json: cannot be read"
    )
    row = row_of(run)
    assert "\ufffd[2Jbad name" in row.texts
    assert row.trouble == "\ufffd[2Jbad name/batch: suite.json: cannot be read"


@pytest.mark.parametrize("time", [1e300, -1e300, float("nan")])
def test_a_time_that_is_none_is_not_told(time: float) -> None:
    assert row_of(summary(1, Norm.BATCH, 0.7, started_at=time)).texts[1] == "–"


def test_with_nothing_marked_the_suite_under_the_cursor_is_exported() -> None:
    made = listing(*TWO)
    assert to_export(made) == (TWO[1][0].suite,)
    made.toggle_mark()
    made.move(3)
    assert to_export(made) == to_compare(made) == (TWO[1][0].path,)
    assert to_delete(made) == TWO[1][:1]


def test_a_run_that_has_not_begun_can_be_neither_compared_nor_exported() -> None:
    made = listing(suite(1, None, started_at=None, outcome=Outcome.WAITING, locked=True))
    made.toggle_mark()
    assert {"compare", "export", "retry"}.isdisjoint(offered(made, typing=False))
    assert {"delete", "unmark_all", "open"} <= offered(made, typing=False)


@pytest.mark.parametrize(
    ("changes", "retried"),
    [
        ({"outcome": Outcome.FAILED}, True),
        ({"outcome": Outcome.STOPPED}, True),
        ({"outcome": Outcome.LOST}, True),
        ({"outcome": Outcome.FINISHED}, False),
        ({"outcome": Outcome.RUNNING, "locked": True}, False),
        ({"outcome": Outcome.WAITING, "locked": True}, False),
        ({"outcome": Outcome.WAITING, "locked": False}, True),
    ],
)
def test_a_run_is_tried_again_only_where_nobody_trains_it(
    changes: dict[str, object], *, retried: bool
) -> None:
    assert ("retry" in offered(listing(suite(1, 0.7, **changes)), typing=False)) is retried


@pytest.mark.parametrize(
    ("changes", "longer"),
    [({"can_be_longer": True}, True), ({}, False), ({"can_be_longer": True, "locked": True}, False)],
)
def test_a_finished_run_is_trained_longer_only_where_it_can_be(
    changes: dict[str, object], *, longer: bool
) -> None:
    assert ("train_longer" in offered(listing(suite(1, 0.7, **changes)), typing=False)) is longer


def test_nothing_is_offered_where_there_is_nothing() -> None:
    assert offered(Listing(), typing=False) == frozenset()
    assert offered(listing(*TWO), typing=True) == {"move", "page", "leave_filter"}


def test_a_stalled_run_is_called_so() -> None:
    training = summary(1, Norm.BATCH, None, outcome=Outcome.RUNNING, locked=True)
    assert row_of(training).texts[0].startswith("● training")
    assert row_of(replace(training, stalled=True)).texts[0].startswith("‖ stalled")
