from dataclasses import replace

from core.config.presets import Norm
from core.results.comparison import MEASURES
from core.results.study_verdict import study_verdict
from core.runs.image_identity import ImageIdentity
from core.runs.run_state import RunState
from tests.report.averaged_runs import averaged, without
from tests.report.example_runs import example_states
from tests.report.partial_runs import demo, diverged, lost, stopped, waiting
from tui.compare.figure_rows import Cell, Row, Tone, figure_rows, reading, remarks
from tui.compare.view import figures_of


def _rows(*states: RunState) -> dict[str, Row]:
    runs, figures = figures_of(states)
    return {row.name: row for row in figure_rows(figures, study_verdict(runs))}


def _remarks(*states: RunState) -> tuple[str, ...]:
    return remarks(*figures_of(states))


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
    assert any("Flip-averaged" in words for words in reading(figures_of(both)[1]))
    assert not any("Flip-averaged" in words for words in reading(figures_of(plain)[1]))


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
