from dataclasses import replace

from core.config.presets import Norm
from core.results.headline import headline
from core.results.labelled_runs import label_runs
from core.runs.events import Evaluated, RunFinished, RunStarted
from core.runs.run_state import RunState
from tests.report.example_runs import (
    config,
    epoch_events,
    example_states,
    finished_events,
    opening_events,
    state,
)
from tests.report.partial_runs import demo, diverged, just_started, stopped, waiting

_CHANCE = "One seed each: differences under about 2 points mean little."


def _lead(*states: RunState) -> str:
    return headline(label_runs(states)).lead


def _cautions(*states: RunState) -> tuple[str, ...]:
    return headline(label_runs(states)).cautions


def _under_way(norm: Norm, epochs: int) -> RunState:
    results = [event for epoch in range(1, epochs + 1) for event in epoch_events(norm, epoch)]
    return state([*opening_events(config(norm)), *results], norm)


def _demo_run(norm: Norm, test_images: int = 10_000) -> RunState:
    run = _finished(norm)
    assert run.data is not None
    return replace(run, data=replace(run.data, label="demo", source="demo", test_images=test_images))


def _finished(norm: Norm, seed: int = 0, epochs: int = 20) -> RunState:
    return state(finished_events(config(norm, seed), epochs), norm)


def test_the_leader_and_its_lead_over_the_second_are_told() -> None:
    assert _lead(*example_states()) == "batch leads group by 2.9 points after 20 epochs."
    assert _cautions(*example_states()) == (_CHANCE,)


def test_runs_under_way_are_compared_at_the_last_epoch_all_have_reached() -> None:
    runs = (_finished(Norm.BATCH), _under_way(Norm.LAYER, 7), waiting())
    batch, layer = (runs[i].tests[6].accuracy for i in (0, 1))
    assert batch > layer
    points = f"{100 * (batch - layer):.1f}"
    assert (
        _lead(*runs)
        == f"After 7 epochs, the last that all have reached, batch leads layer by {points} points."
    )
    assert _cautions(*runs) == (_CHANCE, "Left out: group (waiting).")


def test_a_comparison_of_runs_that_go_on_is_so_far() -> None:
    lead = _lead(_under_way(Norm.BATCH, 7), _under_way(Norm.LAYER, 7))
    assert lead.startswith("batch leads layer by ")
    assert lead.endswith(" points after 7 epochs, so far.")


def test_equal_accuracies_lead_nothing() -> None:
    batch, layer, _ = example_states()
    lead = _lead(batch, replace(layer, epochs=batch.epochs))
    assert lead == "batch and layer are level at 73.51% after 20 epochs."


def test_a_broken_off_run_is_left_out_where_two_others_remain() -> None:
    batch, _, group = example_states()
    assert _lead(batch, diverged(), group) == "batch leads group by 2.9 points after 20 epochs."
    assert "Left out: layer (failed after 2 epochs)." in _cautions(batch, diverged(), group)


def test_a_broken_off_run_is_compared_as_far_as_it_came_where_there_is_one_other() -> None:
    lead = _lead(_finished(Norm.GROUP), stopped())
    assert lead.startswith("After 3 epochs, the last that all have reached, ")


def _seeds() -> tuple[RunState, RunState]:
    """Return two runs of batch norm, the second with group norm's results."""
    first, second = _finished(Norm.BATCH), _finished(Norm.BATCH, seed=1)
    return first, replace(second, epochs=_finished(Norm.GROUP).epochs)


def test_runs_of_several_seeds_count_with_their_mean() -> None:
    runs = (*_seeds(), _finished(Norm.LAYER))
    assert _lead(*runs) == "batch (mean of 2 runs) leads layer by 4.2 points after 20 epochs."
    assert _cautions(*runs) == ("Runs that differ in nothing but their seed are up to 2.9 points apart.",)


def test_runs_of_one_seed_are_no_repeats() -> None:
    batch, layer, group = example_states()
    assert _lead(batch, batch) == "batch: 73.51% of the test images after 20 epochs."
    twice = (batch, layer, group, batch, layer, group)
    assert _lead(*twice) == "batch leads group by 2.9 points after 20 epochs."
    assert _cautions(*twice) == (_CHANCE,)
    assert _lead(*_seeds(), _seeds()[0]).endswith(
        "the mean of 2 runs from 70.62% to 73.51%, after 20 epochs."
    )


def test_seeds_alone_are_no_contest() -> None:
    told = headline(label_runs(_seeds()))
    assert told.lead == (
        "batch: 72.06% of the test images, the mean of 2 runs from 70.62% to 73.51%, after 20 epochs."
    )
    assert told.cautions == ()


def test_perfect_results_on_few_images_are_not_beyond_doubt() -> None:
    def tested(norm: Norm, right: int) -> RunState:
        test = Evaluated(epoch=1, loss=0.1, confusion=((right, 20 - right), (0, 0)), seconds=1.0)
        return state([*opening_events(config(norm)), epoch_events(norm, 1)[0], test, RunFinished()], norm)

    (caution,) = _cautions(tested(Norm.BATCH, 20), tested(Norm.LAYER, 20))
    assert caution == "One seed each: differences under about 14 points mean little."


def test_a_run_that_never_told_its_settings_is_compared_too() -> None:
    (batch, layer, _) = (replace(run, started=None) for run in example_states())
    assert _lead(batch, layer).startswith("batch leads layer by ")


def test_few_test_images_ask_for_more_caution() -> None:
    def shrunk(run: RunState) -> RunState:
        epochs = tuple(
            replace(
                result,
                test=replace(
                    result.test, confusion=tuple(tuple(n // 20 for n in row) for row in result.test.confusion)
                ),
            )
            for result in run.epochs
            if result.test is not None
        )
        return replace(run, epochs=epochs)

    (caution,) = _cautions(shrunk(_finished(Norm.BATCH)), shrunk(_finished(Norm.LAYER)))
    assert caution == "One seed each: differences under about 6 points mean little."


def test_the_demo_set_is_named_as_what_it_is() -> None:
    cautions = _cautions(_demo_run(Norm.BATCH), _demo_run(Norm.LAYER))
    assert cautions == ("Procedural demo set: it says nothing about CIFAR-10.", _CHANCE)


def test_results_on_different_images_are_not_set_side_by_side() -> None:
    told = headline(label_runs([_finished(Norm.BATCH), demo()]))
    assert told.lead == "These runs were tested on different images: their accuracies cannot be compared."
    assert told.cautions == ("Data: CIFAR-10 (JPEG), demo shapes.",)


def test_a_part_of_the_images_is_told() -> None:
    def limited(norm: Norm) -> RunState:
        started, *rest = finished_events(config(norm))
        assert isinstance(started, RunStarted)
        return state([replace(started, config=replace(config(norm), limit_train=2_000)), *rest], norm)

    both_limited = _cautions(limited(Norm.BATCH), limited(Norm.LAYER))
    assert both_limited == ("Trained on 2,000 images only.", _CHANCE)
    one_limited = _cautions(limited(Norm.BATCH), _finished(Norm.LAYER))
    assert "Trained on a part of the images only." in one_limited


def test_unequal_numbers_of_epochs_are_told() -> None:
    five = state(
        [
            RunStarted(
                run="group",
                config=replace(config(Norm.GROUP), epochs=5),
                recipe=started.recipe,
                command=started.command,
            )
            if isinstance(started, RunStarted)
            else started
            for started in finished_events(config(Norm.GROUP), 5)
        ],
        "group",
    )
    told = headline(label_runs([_finished(Norm.BATCH), five]))
    assert told.lead.endswith(" after 5 to 20 epochs.")
    assert "They were to train for 5 to 20 epochs." in told.cautions


def test_one_run_has_nobody_to_lead() -> None:
    assert _lead(_finished(Norm.BATCH)) == "batch: 73.51% of the test images after 20 epochs."
    assert _cautions(_finished(Norm.BATCH)) == ()


def test_without_a_result_nothing_is_claimed() -> None:
    assert _lead().startswith("There is nothing to compare yet")
    assert _lead(just_started()) == "batch: not evaluated yet."
    assert _lead(just_started(), waiting()) == "No run has been evaluated yet."
