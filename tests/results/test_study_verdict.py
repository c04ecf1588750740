from dataclasses import replace

from core.config.presets import Norm
from core.results.labelled_runs import label_runs
from core.results.pair_verdict import Basis
from core.results.study_verdict import study_verdict
from core.runs.life_events import RunStarted
from core.runs.run_state import Outcome, RunState
from tests.report.example_runs import (
    config,
    epoch_events,
    example_states,
    finished_events,
    opening_events,
    state,
)
from tests.report.partial_runs import demo, diverged, just_started, stopped, waiting
from tests.results.studies import answering, ended, study

_UNTESTED = "One seed each, and nothing to test the difference by."


def _lead(*states: RunState) -> str:
    return study_verdict(label_runs(states)).lead


def _cautions(*states: RunState) -> tuple[str, ...]:
    return study_verdict(label_runs(states)).cautions


def _under_way(norm: Norm, epochs: int) -> RunState:
    results = [event for epoch in range(1, epochs + 1) for event in epoch_events(norm, epoch)]
    return state([*opening_events(config(norm)), *results], norm)


def _demo_run(norm: Norm) -> RunState:
    run = _finished(norm)
    assert run.data is not None
    return replace(run, data=replace(run.data, label="demo", source="demo", identity=None))


def _finished(norm: Norm, seed: int = 0, epochs: int = 20) -> RunState:
    return state(finished_events(config(norm, seed), epochs), norm)


def test_without_answers_accuracies_are_told_and_nothing_is_claimed() -> None:
    verdict = study_verdict(label_runs(example_states()))
    assert verdict.lead == "No verdict: batch 73.51%, group 70.62% and layer 67.84% after 20 epochs."
    assert verdict.cautions == (_UNTESTED,)
    assert verdict.sentences[0] == (
        "batch and group: 2.9 points apart, not tested (one seed, without its answers image by image)."
    )
    assert verdict.leaders == frozenset()


def test_runs_under_way_are_compared_at_the_last_epoch_all_have_reached() -> None:
    runs = (_finished(Norm.BATCH), _under_way(Norm.LAYER, 7), waiting())
    batch, layer = (f"{100 * runs[i].tests[6].accuracy:.2f}%" for i in (0, 1))
    words = f"After 7 epochs, the last that all have reached: no verdict: batch {batch} and layer {layer}."
    assert _lead(*runs) == words
    assert _cautions(*runs)[-1] == "Left out: group (waiting)."


def test_a_comparison_of_runs_that_go_on_is_so_far() -> None:
    assert _lead(_under_way(Norm.BATCH, 7), _under_way(Norm.LAYER, 7)).endswith(" after 7 epochs, so far.")


def test_a_broken_off_run_is_left_out_where_two_others_remain() -> None:
    batch, _, group = example_states()
    verdict = study_verdict(label_runs((batch, diverged(), group)))
    assert [standing.label for standing in verdict.standings] == ["batch", "group"]
    assert verdict.cautions[-1] == "Left out: layer (failed after 2 epochs)."


def test_a_broken_off_run_is_compared_as_far_as_it_came_where_there_is_one_other() -> None:
    lead = _lead(_finished(Norm.GROUP), stopped())
    assert lead.startswith("After 3 epochs, the last that all have reached: ")


# -- one seed each: image by image -----------------------------------------------------------------------


def test_two_networks_of_one_seed_are_compared_by_the_images_only_one_has_right() -> None:
    first = answering(Norm.BATCH, [True] * 70 + [False] * 30)
    second = answering(Norm.GROUP, [True] * 45 + [False] * 55)
    verdict = study_verdict(label_runs((second, first)))
    assert verdict.lead == (
        "Batch is best of these networks, beyond luck: batch 70.00% and group 45.00% after 1 epoch."
    )
    (words,) = verdict.sentences
    assert words == (
        "batch and group: 25.0 points apart; test images right by one alone: 25 by batch, 0 by group "
        "(p < 0.001). Of these two networks batch's is better, beyond the luck of the test images."
    )
    assert verdict.leaders == {"batch"}
    assert verdict.cautions[0] == "One seed each: other seeds may order them otherwise."


def test_a_handful_of_images_is_too_close_to_call() -> None:
    first = answering(Norm.BATCH, [True] * 60 + [False] * 40)
    second = answering(Norm.GROUP, [True] * 55 + [False] * 45)
    verdict = study_verdict(label_runs((first, second)))
    assert verdict.lead == "Too close to call: batch 60.00% and group 55.00% after 1 epoch."
    assert verdict.sentences[0].endswith(
        "5 by batch, 0 by group (p = 0.062). Too close to call, even for these two networks."
    )
    assert (verdict.best, verdict.leaders) == (None, frozenset())


def test_answers_of_another_epoch_than_the_compared_one_test_nothing() -> None:
    first, second = (answering(norm, [True] * 9 + [False]) for norm in (Norm.BATCH, Norm.GROUP))
    assert second.answers is not None
    later = replace(second, answers=replace(second.answers, epoch=2))
    (pair,) = study_verdict(label_runs((first, later))).pairs
    assert (pair.basis, pair.claimed) == (Basis.NOTHING, False)


# -- several seeds: paired by seed -----------------------------------------------------------------------

_NOISE = (0.000, 0.002, -0.001, 0.001, -0.002, 0.0005, 0.0015, -0.0005)


def _seeds(mean: float, count: int = 8) -> tuple[float, ...]:
    return tuple(mean + noise for noise in _NOISE[:count])


def test_a_difference_all_seeds_agree_on_is_claimed() -> None:
    verdict = study_verdict(study(batch=_seeds(0.81), layer=_seeds(0.79)[::-1], group=_seeds(0.80)[::-1]))
    assert verdict.lead == (
        "Batch is best, beyond luck: batch 81.02%, group 80.02% and layer 79.02%, "
        "means of 8 seeds, after 1 epoch."
    )
    assert verdict.best == "batch"
    assert verdict.leaders == {"batch", *(f"batch, seed {seed}" for seed in range(8))}
    assert all(pair.claimed and pair.seeds == 8 for pair in verdict.pairs)
    assert verdict.cautions == (
        "10,000 test images leave ±0.77 points open (95% interval), whatever the seeds.",
    )
    assert {round(standing.deviation or 0, 5) for standing in verdict.standings} == {0.00133}


def test_a_difference_within_the_seeds_spread_is_too_close_to_call() -> None:
    verdict = study_verdict(study(batch=_seeds(0.8005), group=_seeds(0.80)[::-1], layer=_seeds(0.77)))
    assert verdict.lead == (
        "Too close to call between batch and group, while batch is better than layer, beyond luck: "
        "batch 80.07%, group 80.02% and layer 77.02%, means of 8 seeds, after 1 epoch."
    )
    assert verdict.best is None
    assert verdict.sentences[0].endswith("Too close to call.")
    assert verdict.sentences[1].endswith("batch is better, beyond luck.")


def test_too_few_seeds_claim_nothing_and_say_how_many_would() -> None:
    verdict = study_verdict(study(batch=_seeds(0.85, 3), group=_seeds(0.80, 3), layer=_seeds(0.77, 3)))
    assert verdict.lead.startswith("Too few seeds to call, 7 or more are needed: batch 85.03%, ")
    assert verdict.sentences[0].endswith("Too few seeds: a claim takes 7 or more.")
    assert verdict.best is None


def test_seeds_are_paired_and_those_only_one_network_has_are_left_out() -> None:
    runs = study(batch=_seeds(0.81), group=_seeds(0.80, 6))
    (pair,) = study_verdict(runs).pairs
    assert pair.seeds == 6
    assert round(pair.difference, 6) == 0.01


def test_while_a_study_trains_its_finished_seeds_are_judged() -> None:
    finished = study(batch=_seeds(0.81, 3), group=_seeds(0.80, 2))
    going = replace(ended(Norm.GROUP, 0.3, seed=2), outcome=Outcome.RUNNING)
    verdict = study_verdict(label_runs([*(run.state for run in finished), going]))
    assert [standing.seeds for standing in verdict.standings] == [3, 2]
    assert verdict.cautions[-1] == "Left out: group, seed 2 (training)."


def test_one_network_in_several_seeds_is_no_contest() -> None:
    verdict = study_verdict(study(batch=(0.80, 0.82)))
    assert verdict.lead == (
        "batch: 81.00% of the test images, the mean of 2 seeds (standard deviation 1.41 points), "
        "after 1 epoch."
    )
    assert (verdict.pairs, verdict.cautions) == ((), ())


def test_runs_of_one_seed_are_no_repeats() -> None:
    batch, layer, group = example_states()
    assert _lead(batch, batch) == "batch: 73.51% of the test images after 20 epochs."
    twice = study_verdict(label_runs((batch, layer, group, batch, layer, group)))
    assert [standing.seeds for standing in twice.standings] == [1, 1, 1]


def test_many_networks_are_told_by_the_first_and_a_number() -> None:
    runs = [replace(ended(Norm.BATCH, 0.7 + i / 100), planned=None, name=f"run{i}") for i in range(9)]
    assert _lead(*runs).startswith(
        "No verdict: run8 78.00%, run7 77.00%, run6 76.00% and 6 more after 1 epoch"
    )


def test_a_run_that_never_told_its_settings_is_compared_too() -> None:
    (batch, layer, _) = (replace(run, started=None) for run in example_states())
    assert _lead(batch, layer).startswith("No verdict: batch 73.51% and layer 67.84% ")


def test_the_demo_set_is_named_as_what_it_is() -> None:
    cautions = _cautions(_demo_run(Norm.BATCH), _demo_run(Norm.LAYER))
    assert cautions[0] == "The procedural demo set says nothing about CIFAR-10."


def test_results_on_different_images_are_not_set_side_by_side() -> None:
    verdict = study_verdict(label_runs([_finished(Norm.BATCH), demo()]))
    assert verdict.lead == "These runs were tested on different images: their accuracies cannot be compared."
    assert (verdict.standings, verdict.leaders) == ((), frozenset())


def test_a_part_of_the_images_is_told() -> None:
    def limited(norm: Norm) -> RunState:
        started, *rest = finished_events(config(norm))
        assert isinstance(started, RunStarted)
        return state([replace(started, config=replace(config(norm), limit_train=2_000)), *rest], norm)

    both_limited = _cautions(limited(Norm.BATCH), limited(Norm.LAYER))
    assert both_limited[0] == "Trained on 2,000 images only."
    one_limited = _cautions(limited(Norm.BATCH), _finished(Norm.LAYER))
    assert one_limited[0] == "batch: trained on 2,000 images only."


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
    verdict = study_verdict(label_runs([_finished(Norm.BATCH), five]))
    assert verdict.lead.endswith(" after 5 to 20 epochs.")
    assert "They were to train for 5 to 20 epochs." in verdict.cautions


def test_one_run_has_nobody_to_lead() -> None:
    assert _lead(_finished(Norm.BATCH)) == "batch: 73.51% of the test images after 20 epochs."
    assert _cautions(_finished(Norm.BATCH)) == ()


def test_without_a_result_nothing_is_claimed() -> None:
    assert _lead().startswith("There is nothing to compare yet")
    assert _lead(just_started()) == "batch: not evaluated yet."
    assert _lead(just_started(), waiting()) == "No run has been evaluated yet."


def test_a_diverged_run_is_never_compared_and_the_reason_is_told() -> None:
    diverged_run = replace(ended(Norm.LAYER, 0.9, epochs=2), outcome=Outcome.DIVERGED)
    verdict = study_verdict(label_runs([ended(Norm.BATCH, 0.7), diverged_run]))
    assert [standing.label for standing in verdict.standings] == ["batch"]
    assert "Left out: layer (diverged after 2 epochs)." in verdict.cautions
    assert study_verdict(label_runs([diverged_run])).lead == "layer: diverged."
