from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.report.scalars.own_scalars import distinct
from core.report.scalars.recorded_run import RecordedRun
from core.report.scalars.scalar import Scalar
from core.report.scalars.told_scalars import told_scalars
from core.runs.event_log import EventWriter
from core.runs.events import DataLoaded, DeviceSampled, Evaluated, Event
from core.runs.life_events import RunRestarted, RunResumed, RunStopped
from tests.report.scalars.scalar_runs import (
    OPENING,
    SAMPLE,
    epoch_events,
    epoch_numbers,
    evaluated,
    run_events,
    scalars_in,
    steps,
    written,
)


def numbers(scalars: Iterable[Scalar]) -> list[str]:
    """Return what scalars tell but for their times, in an order of their own; NaN is NaN here."""
    return sorted(repr((scalar.tag, scalar.step, scalar.value)) for scalar in scalars)


def resumed(epoch: int, step: int = 0) -> RunResumed:
    return RunResumed(epoch=epoch, training_epoch=epoch, step=step, seconds=0.5, command="cifar-tui resume")


def restarted(epoch: int) -> RunRestarted:
    return RunRestarted(epoch=epoch, step=1, loss=9e9, times=1, learning_rate=0.005)


def test_every_number_has_its_tag_step_epoch_and_time(tmp_path: Path) -> None:
    found = scalars_in(tmp_path, run_events(epochs=2))
    wanted = [number for epoch in (1, 2) for number in epoch_numbers(epoch)]
    assert numbers(found) == sorted(map(repr, wanted))
    assert {scalar.run for scalar in found} == {"batch"}
    assert [scalar.epoch for scalar in found if scalar.tag == "train/loss"] == [1] * 4 + [2] * 4
    times = [scalar.wall_time for scalar in found if scalar.tag == "train/loss"]
    began = 1_700_000_000 + len(OPENING)
    assert times[:4] == [began + 1] * 3 + [began + 3]
    assert [scalar.wall_time for scalar in found] == sorted(scalar.wall_time for scalar in found)


def test_a_sample_before_the_first_step_has_no_epoch(tmp_path: Path) -> None:
    found = scalars_in(tmp_path, (*OPENING[:3], SAMPLE))
    assert {(scalar.step, scalar.epoch) for scalar in found} == {(0, None)}
    assert len(found) == 3


@pytest.mark.parametrize(
    "broken",
    [
        (steps(2, 0, 3), SAMPLE, RunStopped(reason="Ctrl-C"), resumed(2)),
        (steps(2, 0, 2), RunStopped(reason="Ctrl-C"), SAMPLE, resumed(2, step=2)),
        (*epoch_events(2), *epoch_events(3), resumed(2)),
        (*epoch_events(2)[:-1], restarted(2)),
        (steps(2, 0, 3), restarted(2), steps(2, 0, 3), SAMPLE, restarted(2)),
        (*epoch_events(2), resumed(3), steps(3, 0, 2), resumed(2)),
        (*OPENING, *epoch_events(1), *epoch_events(2), *OPENING, *epoch_events(1)),
    ],
    ids=["stopped", "within an epoch", "two epochs", "restarted", "twice", "further back", "from scratch"],
)
def test_what_is_told_again_is_told_once(tmp_path: Path, broken: Sequence[Event]) -> None:
    went_on = (*OPENING, *epoch_events(1), *broken, *epoch_events(2))
    assert numbers(scalars_in(tmp_path, went_on)) == numbers(scalars_in(tmp_path, run_events(2), "whole"))


def test_an_epoch_that_nobody_took_back_is_told_though_it_never_ended(tmp_path: Path) -> None:
    found = scalars_in(tmp_path, (*OPENING, *epoch_events(1), steps(2, 0, 2), RunStopped(reason="Ctrl-C")))
    losses = [(scalar.step, scalar.epoch) for scalar in found if scalar.tag == "train/loss"]
    assert losses == [(1, 1), (2, 1), (3, 1), (4, 1), (5, 2), (6, 2)]


def test_a_line_that_stands_there_twice_is_told_once(tmp_path: Path) -> None:
    events = [event for event in run_events(2) for _ in range(1 + (not isinstance(event, DeviceSampled)))]
    found = scalars_in(tmp_path, events)
    places = Counter((scalar.tag, scalar.step) for scalar in found)
    assert set(places.values()) == {1}


def test_what_contradicts_the_rest_is_left_out(tmp_path: Path) -> None:
    other = Evaluated(epoch=1, loss=0.0, confusion=((1,),), seconds=1.0)
    lines = (*OPENING, *epoch_events(1)[:-1], other, evaluated(5), evaluated(1))
    found = scalars_in(tmp_path, lines)
    assert [scalar.value for scalar in found if scalar.tag == "test/loss"] == [0.7]


def test_lines_that_come_while_it_is_written_wait_for_the_next_time(tmp_path: Path) -> None:
    run = written(tmp_path, (*OPENING, *epoch_events(1)))
    before = numbers(told_scalars(run))
    with EventWriter(run.events) as log:
        for event in (resumed(1), *epoch_events(1)):
            log.write(event)
    assert numbers(told_scalars(run)) == before
    assert numbers(told_scalars(RecordedRun.read("batch", run.events))) == before


def test_classes_of_one_name_are_told_apart(tmp_path: Path) -> None:
    assert distinct(["a", "a (2)", "a", "b", "a"]) == ("a", "a (2)", "a (3)", "b", "a (4)")
    events = [
        replace(event, classes=("cat",) * 10) if isinstance(event, DataLoaded) else event
        for event in run_events(1)
    ]
    found = scalars_in(tmp_path, events)
    places = Counter((scalar.tag, scalar.step) for scalar in found)
    assert set(places.values()) == {1}
    assert ("test/accuracy_of/cat (9)", 4) in places
