from dataclasses import replace

import pytest

from core.config.presets import Norm
from core.results.comparison import run_figures
from core.results.group_figures import group_figures
from core.results.labelled_runs import label_runs
from core.results.outcome_text import group_words
from core.results.run_styles import norm_style
from core.results.seed_groups import SeedGroup, seed_groups
from core.results.total_time import total_time
from core.runs.run_state import RunState
from tests.report.example_runs import config, finished_events, state
from tests.report.partial_runs import lost, partial_states, waiting
from tests.report.study_runs import seed_state, study_states, under_way


def _groups(*states: RunState) -> tuple[SeedGroup, ...]:
    return seed_groups(label_runs(states))


def _labels(*states: RunState) -> list[tuple[str, int]]:
    return [(group.label, len(group.runs)) for group in _groups(*states)]


def test_runs_that_differ_in_their_seed_alone_are_a_network() -> None:
    assert _labels(*study_states(3)) == [("batch", 3), ("layer", 3), ("group", 3)]
    assert next(group.heading for group in _groups(*study_states(2))) == "Batch normalization"
    other = state(finished_events(replace(config(Norm.BATCH), batch_size=64, epochs=3), 3))
    assert _labels(seed_state(Norm.BATCH, 0), seed_state(Norm.BATCH, 1), other) == [
        ("batch, batch size 128", 2),
        ("batch, batch size 64, seed 0", 1),
    ]


def test_a_seed_trained_twice_is_no_second_seed() -> None:
    groups = _groups(*(seed_state(Norm.BATCH, seed) for seed in (0, 1, 0)))
    told = [(group.label, len(group.runs), group.repeats) for group in groups]
    assert told == [("batch", 2, False), ("batch, seed 0 (2)", 1, True)]


def test_runs_on_other_images_are_another_network_with_a_name_of_its_own() -> None:
    runs = [seed_state(Norm.BATCH, seed) for seed in range(4)]
    assert runs[0].data is not None
    moved = [replace(run, data=replace(runs[0].data, fingerprint="sha256:other")) for run in runs[2:]]
    groups = _groups(*runs[:2], *moved)
    assert [group.label for group in groups] == ["batch", "batch (2)"]
    assert [group.slug for group in groups] == ["batch", "batch-2"]


def test_a_run_that_waits_is_of_the_network_it_will_be() -> None:
    assert _labels(*under_way(3)) == [("batch", 3), ("layer", 3), ("group", 3)]


def test_the_figures_are_means_over_the_runs_that_finished() -> None:
    (group, *_) = _groups(*under_way(3))
    figures = group_figures(group)
    assert figures.last_accuracy == pytest.approx((0.5280 + 0.5290) / 2)
    assert figures.test_loss == pytest.approx((1.1598 + 1.1578) / 2)
    assert (figures.parameters, figures.best_epoch, figures.label) == (41_992, None, "batch")
    assert figures.verdict.reasons == ("under 70%: 2 of 3 seeds",)
    assert group_words([run.state for run in group.runs]) == "2 finished, 1 waiting"


def test_what_every_seed_breaks_is_told_as_of_one() -> None:
    (group,) = _groups(seed_state(Norm.LAYER, 0), seed_state(Norm.LAYER, 1))
    reasons = ("146,008 parameters: over 50,000", "under 70%: 2 of 2 seeds")
    assert group_figures(group).verdict.reasons == reasons


def test_a_network_of_one_run_has_that_run_s_figures() -> None:
    for group in _groups(*partial_states()):
        if len(group.runs) == 1:
            assert group_figures(group) == run_figures(group.runs[0])


def test_without_a_finished_run_those_that_came_furthest_count() -> None:
    batch = next(group for group in _groups(*partial_states()) if group.label == "batch")
    assert [run.label for run in batch.counted] == ["batch, seed 3"]


def test_time_by_the_clock_counts_runs_side_by_side_once() -> None:
    one = seed_state(Norm.BATCH, 0)
    alone, twice = total_time([one]), total_time([one, one])
    assert twice.seconds == pytest.approx(2 * alone.seconds)
    assert alone.seconds == pytest.approx(16.037 + 16.064 + 15.756 + 3 * 1.93)
    assert twice.wall_seconds == alone.wall_seconds > alone.seconds
    assert one.started_at is not None
    assert one.updated_at is not None
    later = replace(one, started_at=one.started_at + 1000, updated_at=one.updated_at + 1000)
    assert total_time([later, one]).wall_seconds == pytest.approx(2 * alone.wall_seconds)


def test_a_lost_run_took_as_long_as_it_was_heard_of_whenever_that_was_noticed() -> None:
    run = lost()
    assert run.heard_at is not None
    assert run.started_at is not None
    assert total_time([run, waiting()]).wall_seconds == run.heard_at - run.started_at
    assert run.updated_at is not None
    assert run.updated_at > run.heard_at


def test_seeds_look_alike_and_runs_of_one_preset_with_two_recipes_are_no_network() -> None:
    first, second = (seed_state(Norm.BATCH, seed) for seed in (0, 1))
    (group,) = _groups(first, second)
    assert {run.style for run in group.runs} == {norm_style(Norm.BATCH)}
    assert second.started is not None
    other = replace(second.started, recipe=replace(second.started.recipe, dropout=0.1))
    groups = _groups(first, replace(second, started=other))
    assert {group.style for group in groups} == {norm_style(Norm.BATCH, number) for number in (0, 1)}
