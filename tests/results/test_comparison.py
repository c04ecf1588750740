from dataclasses import replace

import pytest

from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.results.comparison import MEASURES, Verdict, compare, leaders
from core.results.labelled_runs import label_runs
from core.results.study_verdict import study_verdict
from core.runs.events import Event, LayerRow, ModelSummarised
from core.runs.life_events import RunStarted
from core.runs.run_state import Outcome, RunState
from tests.report.example_runs import config, example_states, finished_events, state
from tests.report.partial_runs import between_training_and_evaluation, demo, diverged, waiting
from tests.results.studies import answering

NAMES = tuple(measure.name for measure in MEASURES)


def _leaders(name: str, states: tuple[RunState, ...]) -> frozenset[int]:
    (measure,) = (measure for measure in MEASURES if measure.name == name)
    return leaders(measure, compare(states), study_verdict(label_runs(states)))


def _with_preset(preset: Preset) -> RunState:
    events: list[Event] = finished_events(config(Norm.BATCH), epochs=2)
    assert isinstance(events[0], RunStarted)
    return state([replace(events[0], config=replace(config(Norm.BATCH), preset=preset)), *events[1:]])


def _with_parameters(parameters: int) -> ModelSummarised:
    row = LayerRow(name="Conv2d", output_shape=(1, 1, 1), parameters=parameters)
    return ModelSummarised(input_shape=(3, 32, 32), rows=(row,), trainable_parameters=parameters)


def test_figures_of_a_finished_run() -> None:
    batch, _, _ = compare(example_states())
    assert (batch.label, batch.parameters, batch.outcome) == ("batch", 41_992, Outcome.FINISHED)
    assert (batch.epochs_evaluated, batch.epochs_wanted, batch.last_epoch) == (20, 20, 20)
    assert batch.last_accuracy == 0.7351
    assert batch.train_accuracy == 0.7311
    assert batch.gap == pytest.approx(-0.004)
    assert batch.published == 0.7342
    assert batch.against_published == pytest.approx(0.0009)
    assert batch.evaluation_seconds == 1.93
    assert batch.training_seconds is not None
    assert batch.images_a_second == pytest.approx(50_000 / batch.training_seconds, rel=0.001)


def test_the_best_epoch_is_the_first_of_the_best() -> None:
    figures = compare([demo()])[0]
    assert (figures.best_accuracy, figures.best_epoch, figures.last_epoch) == (1.0, 1, 2)


def test_train_and_test_figures_are_of_the_same_epoch() -> None:
    run = between_training_and_evaluation()
    figures = compare([run])[0]
    assert len(run.epochs) == 2
    assert figures.last_epoch == 1
    assert figures.train_accuracy == run.epochs[0].train.accuracy


def test_a_run_without_events_has_no_figures() -> None:
    figures = compare([waiting()])[0]
    assert (figures.norm, figures.label) == (Norm.GROUP, "group")
    assert {measure.value(figures) for measure in MEASURES} == {None}
    assert figures.verdict == Verdict(met=None, reasons=("not finished",))


def test_the_limits_judge_parameters_epochs_and_last_accuracy() -> None:
    batch, layer, group = (figures.verdict for figures in compare(example_states()))
    assert batch == group == Verdict(met=True)
    assert layer == Verdict(met=False, reasons=("146,008 parameters: over 50,000", "67.84%: under 70%"))


@pytest.mark.parametrize(
    ("parameters", "verdict"),
    [
        (49_999, Verdict(met=True)),
        (50_000, Verdict(met=False, reasons=("50,000 parameters: not under 50,000",))),
        (50_001, Verdict(met=False, reasons=("50,001 parameters: over 50,000",))),
    ],
)
def test_fewer_than_the_limit_means_fewer(parameters: int, verdict: Verdict) -> None:
    run = replace(example_states()[0], model=_with_parameters(parameters))
    assert compare([run])[0].verdict == verdict


def test_a_twenty_first_epoch_is_one_too_many() -> None:
    run = state(finished_events(config(Norm.BATCH), epochs=21))
    assert compare([run])[0].verdict == Verdict(met=False, reasons=("21 epochs: over 20",))


def test_a_limit_already_broken_is_told_of_an_unfinished_run() -> None:
    assert compare([diverged()])[0].verdict == Verdict(
        met=False, reasons=("146,008 parameters: over 50,000",)
    )


def test_other_images_are_neither_judged_nor_set_against_the_published() -> None:
    figures = compare([demo()])[0]
    assert figures.published is None
    assert figures.against_published is None
    assert figures.verdict == Verdict(met=None, reasons=("not all of CIFAR-10",))


def test_published_results_belong_to_the_reference_preset_and_to_finished_runs() -> None:
    assert compare([_with_preset(Preset.REFERENCE)])[0].published == 0.7342
    assert compare([_with_preset(Preset.TUNED)])[0].published is None
    unfinished = compare([between_training_and_evaluation()])[0]
    assert unfinished.published == 0.7342
    assert unfinished.against_published is None


def test_the_fewest_parameters_bear_a_star_and_need_a_rival() -> None:
    states = example_states()
    assert _leaders("Parameters", states) == {0, 2}
    assert _leaders("Parameters", states[:1]) == frozenset()


def test_no_star_stands_where_no_test_does() -> None:
    states = example_states()
    assert {name for name in NAMES if _leaders(name, states)} == {"Parameters"}


def test_the_accuracy_bears_a_star_where_the_verdict_supports_it() -> None:
    right, fewer = ([True] * count + [False] * (100 - count) for count in (70, 45))
    states = (answering(Norm.GROUP, fewer), answering(Norm.BATCH, right))
    assert {name: _leaders(name, states) for name in NAMES if _leaders(name, states)} == {
        "Test accuracy, last epoch": {1}
    }


def test_an_epoch_in_no_time_has_no_speed() -> None:
    run = example_states()[0]
    frozen = tuple(replace(epoch, train=replace(epoch.train, seconds=0.0)) for epoch in run.epochs)
    figures = compare([replace(run, epochs=frozen)])[0]
    assert figures.images_a_second is None
    assert figures.training_seconds == 0.0


def test_a_finished_run_without_its_network_is_not_judged() -> None:
    figures = compare([replace(example_states()[0], model=None)])[0]
    assert figures.verdict.met is None


_LIKE_PUBLISHED = config(Norm.BATCH)


@pytest.mark.parametrize(
    ("own", "fair"),
    [
        (_LIKE_PUBLISHED, True),
        (replace(_LIKE_PUBLISHED, seed=3, learning_rate=0.01), True),
        (replace(_LIKE_PUBLISHED, learning_rate=0.1), False),
        (replace(_LIKE_PUBLISHED, batch_size=64), False),
        (replace(_LIKE_PUBLISHED, epochs=5), False),
        (replace(_LIKE_PUBLISHED, preset=Preset.TUNED), False),
        (replace(_LIKE_PUBLISHED, limit_train=10), False),
    ],
)
def test_published_figures_stand_beside_runs_that_could_reach_them(own: RunConfig, *, fair: bool) -> None:
    events: list[Event] = finished_events(own, epochs=1)
    assert isinstance(events[0], RunStarted)
    (figures,) = compare([state([replace(events[0], recipe=own.recipe), *events[1:]])])
    assert (figures.published is not None) == fair
