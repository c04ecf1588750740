import math
from dataclasses import replace
from statistics import mean, stdev

from core.config.presets import Norm
from core.results.comparison import MEASURES
from core.results.study_verdict import study_verdict
from core.runs.image_identity import ImageIdentity
from core.runs.run_state import Outcome, RunState
from tests.report.averaged_runs import averaged, without
from tests.report.example_runs import example_states
from tests.report.partial_runs import demo, diverged, lost, stopped, waiting
from tests.tui.compare.studies import seeds_study
from tui.compare.figure_rows import Cell, Column, Row, Tone, column_of, figure_rows, reading, remarks
from tui.compare.view import View, named


def _columns(*states: RunState, single_seeds: bool = False) -> list[Column]:
    return [column_of(group) for group in View(runs=named(states), single_seeds=single_seeds).columns]


def _rows(*states: RunState) -> dict[str, Row]:
    return {row.name: row for row in figure_rows(_columns(*states), study_verdict(named(states)))}


def _remarks(*states: RunState) -> tuple[str, ...]:
    return remarks(_columns(*states))


def test_every_measure_of_the_report_is_in_the_table() -> None:
    assert {measure.name for measure in MEASURES} <= set(_rows(averaged(Norm.BATCH)))
    rows = _rows(*example_states())
    assert [cell.text for cell in rows["Against published, points"].cells] == ["+0.09", "+0.18", "+0.26"]
    assert [cell.text for cell in rows["Epochs"].cells] == ["20 of 20"] * 3
    assert [cell.text for cell in rows["Best epoch"].cells] == ["20"] * 3


def test_flip_averages_have_a_row_of_their_own_where_a_run_has_any() -> None:
    name = "Test accuracy, flip-averaged"
    both, plain = (averaged(Norm.BATCH), without(Norm.GROUP)), (without(Norm.BATCH), without(Norm.GROUP))
    assert [cell.text for cell in _rows(*both)[name].cells] == ["73.33%", "–"]
    assert name not in _rows(*plain)
    assert any("Flip-averaged" in words for words in reading(_columns(*both)))
    assert not any("Flip-averaged" in words for words in reading(_columns(*plain)))


def test_what_is_best_beyond_luck_is_marked() -> None:
    rows = _rows(*example_states())
    assert [cell.tone for cell in rows["Parameters"].cells] == [Tone.BEST, Tone.PLAIN, Tone.BEST]
    assert [cell.tone for cell in rows["Test loss, last epoch"].cells] == [Tone.PLAIN] * 3


def test_the_published_results_are_left_out_where_no_run_can_be_set_against_them() -> None:
    assert "Published accuracy" not in _rows(demo())


def test_the_verdict_on_the_limits_is_one_of_three() -> None:
    batch, layer, _ = example_states()
    assert _rows(batch, layer, demo())["Limits"].cells == (
        Cell("✓ met", Tone.GOOD),
        Cell("✗ broken", Tone.BAD),
        Cell("open"),
    )


def test_limits_met_by_an_unverified_copy_say_so() -> None:
    batch, layer, _ = example_states()
    assert batch.data is not None
    unverified = replace(batch.data, identity=ImageIdentity.UNVERIFIED_COPY)
    runs = (replace(batch, data=unverified), layer)
    assert _rows(*runs)["Limits"].cells[0] == Cell("✓ met, unverified")
    assert "batch: limits: all met, on an unverified copy of CIFAR-10" in _remarks(*runs)


def test_a_run_without_events_has_dashes() -> None:
    cells = [row.cells[0].text for row in _rows(waiting()).values()]
    assert cells[:3] == ["waiting", "0 of –", "open"]
    assert set(cells[3:]) == {"–"}


def test_remarks_say_why() -> None:
    batch, layer, _ = example_states()
    broken = "layer: limits broken: 146,008 parameters: over 50,000; 67.84%: under 70%"
    assert _remarks(batch, layer) == (broken,)
    assert "batch, seed 3: stopped after 3 of 20 epochs: Ctrl-C" in _remarks(stopped(), batch)
    assert "layer: failed after 2 of 20 epochs: loss is | nan" in _remarks(batch, diverged())
    assert any("exit code -9" in words for words in _remarks(lost()))


def test_a_reason_all_runs_share_is_told_once() -> None:
    assert _remarks(demo(), demo()) == ("Limits cannot be judged: not all of CIFAR-10",)


def test_of_several_seeds_it_is_the_mean_and_the_standard_deviation() -> None:
    states = seeds_study(8)
    rows = _rows(*states)
    accuracies = [100 * state.tests[-1].accuracy for state in states[:8]]
    accuracy = rows["Test accuracy, last epoch"].cells
    assert accuracy[0].text == f"{mean(accuracies):.2f}% ±{stdev(accuracies):.2f}"
    assert [cell.tone for cell in accuracy] == [Tone.BEST, Tone.PLAIN, Tone.PLAIN]
    assert rows["Parameters"].cells[0].text == "41,992"
    assert "±0." in rows["Test loss, last epoch"].cells[0].text
    assert any("standard deviation" in words for words in reading(_columns(*states)))
    alone = _columns(*states, single_seeds=True)
    assert len(alone) == 24
    assert not any("standard deviation" in words for words in reading(alone))


def test_only_seeds_that_finished_count_and_how_the_others_stand_is_told() -> None:
    batch, *rest = seeds_study(3)
    states = (replace(batch, outcome=Outcome.RUNNING, epochs=batch.epochs[:7]), *rest)
    cells = {name: row.cells[0].text for name, row in _rows(*states).items()}
    assert (cells["State"], cells["Epochs"], cells["Limits"]) == ("2/3 finished", "20 of 20", "open")
    said = _remarks(*states)
    assert "layer (3): limits broken: 146,008 parameters: over 50,000; under 70%: 3 of 3 seeds" in said
    assert "batch (2 of 3): limits cannot be judged: open for 1 of 3 seeds" in said


def test_a_diverged_seed_leaves_no_number_that_means_nothing() -> None:
    first, second, *_ = seeds_study(2)
    (last,) = first.epochs[-1:]
    assert last.test is not None
    lost = replace(last, test=replace(last.test, loss=math.nan))
    rows = _rows(replace(first, epochs=(*first.epochs[:-1], lost)), second)
    assert rows["Test loss, last epoch"].cells[0].text == "nan"
