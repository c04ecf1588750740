import math
from dataclasses import FrozenInstanceError, replace

import pytest

from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.results.total_time import total_time
from core.runs.events import (
    DataLoaded,
    EpochEnded,
    Evaluated,
    Event,
    MisclassifiedFound,
    Notice,
    Phase,
    PhaseChanged,
    Record,
    StepsDone,
    StoodStill,
    UnknownEvent,
)
from core.runs.life_events import (
    Fault,
    RunFinished,
    RunLengthened,
    RunLost,
    RunNotLengthened,
    RunRestarted,
    RunResumed,
    RunStarted,
    RunStopped,
)
from core.runs.run_reducer import after, replay
from core.runs.run_state import Outcome, RunState

CONFIG = RunConfig(norm=Norm.BATCH, batch_size=100)
STARTED = RunStarted(run="batch", config=CONFIG, recipe=CONFIG.recipe, command="cifar-tui")
DATA = DataLoaded(
    label="x", source="demo", fingerprint="f", classes=("a", "b"), train_images=250, test_images=4, seconds=1
)


def epoch(number: int, right: int) -> tuple[Event, ...]:
    return (
        EpochEnded(
            epoch=number,
            loss=1.0,
            last_loss=1.0,
            correct=90,
            images=250,
            batches=3,
            learning_rate=0.1,
            seconds=2.0,
        ),
        Evaluated(epoch=number, loss=0.5, confusion=((right, 2 - right), (0, 2)), seconds=0.5),
    )


def state_after(*events: Event) -> RunState:
    return replay("batch", (Record(i, 100.0 + i, event) for i, event in enumerate(events)))


def test_nothing_has_happened_before_the_first_event() -> None:
    state = RunState("batch")
    assert (state.outcome, state.last_accuracy, state.best_accuracy) == (Outcome.WAITING, None, None)
    assert state.steps_an_epoch is None


def test_a_run_from_start_to_finish() -> None:
    state = state_after(
        STARTED, DATA, PhaseChanged(phase=Phase.TRAIN), *epoch(1, 2), *epoch(2, 1), RunFinished()
    )
    assert state.outcome is Outcome.FINISHED
    assert state.outcome.ended
    assert state.phase is None
    assert state.steps_an_epoch == 3
    assert (state.best_accuracy, state.last_accuracy) == (1.0, 0.75)
    assert (state.started_at, state.updated_at) == (100.0, 107.0)


def flipped_epoch(number: int, averaged: int) -> tuple[Event, ...]:
    confusion = ((1, 1), (0, 2))
    return (
        epoch(number, 1)[0],
        Evaluated(epoch=number, loss=0.5, confusion=confusion, seconds=0.5, flip_averaged_correct=averaged),
    )


def test_the_flip_averaged_accuracy_is_the_last_evaluated_epochs_and_never_the_best() -> None:
    first, second = flipped_epoch(1, averaged=4), flipped_epoch(2, averaged=2)
    assert state_after(STARTED, DATA, *first, second[0]).flip_averaged_accuracy == 1.0
    state = state_after(STARTED, DATA, *first, *second)
    assert (state.flip_averaged_accuracy, state.last_accuracy) == (0.5, 0.75)
    assert state_after(STARTED, DATA, *epoch(1, 1)).flip_averaged_accuracy is None
    assert state_after(STARTED).flip_averaged_accuracy is None


def test_steps_add_up_within_an_epoch_and_start_again_with_the_next() -> None:
    first = StepsDone(epoch=1, first_step=0, losses=(2.0, 1.5), correct=(10, 20), images=200)
    second = StepsDone(epoch=1, first_step=2, losses=(float("nan"),), correct=(5,), images=50)
    state = state_after(STARTED, DATA, first, second)
    assert (state.epoch, state.epoch_steps, state.epoch_images, state.epoch_correct) == (1, 3, 250, 35)
    third = StepsDone(epoch=2, first_step=0, losses=(1.0,), correct=(50,), images=100)
    state = after(state, Record(9, 200.0, third))
    assert (state.epoch, state.epoch_steps, state.epoch_images, state.epoch_correct) == (2, 1, 100, 50)
    assert len(state.step_losses.points) == 4


def test_the_last_batch_of_an_epoch_is_smaller() -> None:
    ranges = (
        StepsDone(epoch=1, first_step=0, losses=(1.0, 1.0), correct=(10, 20), images=200),
        StepsDone(epoch=1, first_step=2, losses=(1.0,), correct=(25,), images=50),
        StepsDone(epoch=2, first_step=0, losses=(1.0, 1.0, 1.0), correct=(30, 40, 25), images=250),
    )
    expected = (0.1, 0.2, 0.5, 0.3, 0.4, 0.5)
    assert state_after(STARTED, DATA, *ranges).step_accuracies.points == expected
    in_one_batch = replace(STARTED, config=replace(CONFIG, batch_size=1_000))
    whole = StepsDone(epoch=1, first_step=0, losses=(1.0,), correct=(50,), images=250)
    assert state_after(in_one_batch, DATA, whole).step_accuracies.points == (0.2,)


def test_accuracies_need_no_config_where_an_earlier_range_tells_the_batch_size() -> None:
    first = StepsDone(epoch=1, first_step=0, losses=(1.0, 1.0), correct=(10, 20), images=200)
    rest = StepsDone(epoch=1, first_step=2, losses=(1.0, 1.0), correct=(30, 25), images=150)
    assert state_after(first, rest).step_accuracies.points == (0.1, 0.2, 0.3, 0.5)
    assert state_after(rest).step_accuracies.points == (30 / 75, 25 / 75)


@pytest.mark.parametrize(
    "damage", [{"images": 0}, {"images": 100}, {"correct": ()}, {"losses": (), "correct": (), "images": 0}]
)
def test_numbers_that_cannot_be_do_not_end_the_replay(damage: dict[str, object]) -> None:
    event = StepsDone(epoch=1, first_step=0, losses=(1.0, 1.0), correct=(10, 20), images=200)
    damaged = replace(event, **damage)  # type: ignore[arg-type]
    for state in (state_after(STARTED, damaged), state_after(damaged)):
        assert all(math.isnan(share) or share >= 0 for share in state.step_accuracies.points)


def test_seconds_of_training_leave_pauses_out() -> None:
    step = StepsDone(epoch=1, first_step=0, losses=(1.0,), correct=(10,), images=100)
    events: dict[float, Event] = {
        0.0: STARTED,
        10.0: PhaseChanged(phase=Phase.TRAIN),
        13.0: step,
        15.0: replace(step, first_step=1),
        15.5: PhaseChanged(phase=Phase.PAUSED),
        60.0: PhaseChanged(phase=Phase.TRAIN),
        62.0: replace(step, first_step=2),
        70.0: RunStopped(reason="asked to stop at once"),
    }
    states = [RunState("batch")]
    for time, event in events.items():
        states.append(after(states[-1], Record(0, time, event)))
    assert [state.epoch_seconds for state in states] == [0, 0, 0, 3, 5, 5, 5, 7, 7]
    begun = after(states[-2], Record(0, 65.0, PhaseChanged(phase=Phase.EVALUATE)))
    assert after(begun, Record(0, 66.0, PhaseChanged(phase=Phase.TRAIN))).epoch_seconds == 0


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (RunStopped(reason="stopped after epoch 1 of 20"), Outcome.STOPPED),
        (RunLost(exit_code=-9, stderr_tail=""), Outcome.LOST),
    ],
)
def test_an_early_end_keeps_how(end: RunStopped | RunLost, outcome: Outcome) -> None:
    state = state_after(STARTED, DATA, *epoch(1, 1), end)
    assert (state.outcome, state.end, state.last_accuracy) == (outcome, end, 0.75)


def test_what_nobody_knows_is_told_and_changes_nothing_else() -> None:
    before = state_after(STARTED)
    then = after(before, Record(-1, float("nan"), UnknownEvent(kind="aurora_seen", line="{}")))
    assert then.notices == ("an event this version does not know: aurora_seen",)
    assert (then.outcome, then.updated_at) == (before.outcome, before.updated_at)


def test_an_event_without_a_time_came_with_the_one_before() -> None:
    before = state_after(STARTED, PhaseChanged(phase=Phase.TRAIN))
    step = StepsDone(epoch=1, first_step=0, losses=(1.0,), correct=(10,), images=100)
    then = after(before, Record(2, float("nan"), step))
    assert (then.epoch_steps, then.epoch_seconds, then.updated_at) == (1, 0.0, before.updated_at)


def test_notices_are_bounded() -> None:
    state = state_after(*(Notice(text=str(i)) for i in range(1_000)))
    assert len(state.notices) == 200
    assert state.notices[-1] == "999"


def test_a_run_tried_again_starts_from_nothing() -> None:
    again = state_after(STARTED, DATA, *epoch(1, 2), RunStopped(reason="skipped"), STARTED)
    assert (again.outcome, again.end, again.epochs) == (Outcome.RUNNING, None, ())


def test_a_state_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        RunState("batch").epoch = 3  # type: ignore[misc]


def _steps(number: int, first: int, count: int) -> StepsDone:
    losses = tuple(float(number * 100 + step) for step in range(first, first + count))
    return StepsDone(epoch=number, first_step=first, losses=losses, correct=(50,) * count, images=count * 100)


def _went_on(step: int = 0) -> RunResumed:
    return RunResumed(epoch=2, training_epoch=2, step=step, seconds=4.0, command="cifar-tui resume")


_TRAIN = PhaseChanged(phase=Phase.TRAIN)
_FIRST_EPOCH = (STARTED, DATA, _TRAIN, _steps(1, 0, 3), *epoch(1, right=1))


def test_what_came_after_the_checkpoint_is_taken_back() -> None:
    before = state_after(*_FIRST_EPOCH)
    broken_off = (_TRAIN, _steps(2, 0, 3), epoch(2, right=2)[0], RunStopped(reason="x"))
    state = state_after(*_FIRST_EPOCH, *broken_off, _went_on())
    assert (state.outcome, state.end, state.phase) == (Outcome.RUNNING, None, None)
    assert state.epochs == before.epochs
    assert (state.step_losses, state.step_accuracies) == (before.step_losses, before.step_accuracies)
    assert (state.started, state.started_at, state.data) == (STARTED, 100.0, DATA)
    assert state.notices == ("goes on from its checkpoint with epoch 2",)


def test_findings_stand_until_another_epoch_is_trained() -> None:
    found = MisclassifiedFound(images=())
    assert state_after(*_FIRST_EPOCH, found).misclassified == found
    on = state_after(*_FIRST_EPOCH, found, RunStopped(reason="x"), _went_on(), _TRAIN, _steps(2, 0, 3))
    assert on.misclassified == found
    second = epoch(2, right=2)
    assert after(on, Record(9, 200.0, second[0])).misclassified is None
    ahead = state_after(*_FIRST_EPOCH, *second, found, RunStopped(reason="x"), _went_on())
    assert ahead.misclassified is None, "they were another epoch's"


_LONGER = RunLengthened(planned=20, epochs=30)
_REFUSED = RunNotLengthened(error="other images", fault=Fault.INPUT)


def test_a_run_that_cannot_be_trained_longer_has_finished_as_before() -> None:
    found = MisclassifiedFound(images=())
    finished = state_after(*_FIRST_EPOCH, found, RunFinished())
    state = state_after(*_FIRST_EPOCH, found, RunFinished(), _LONGER, _went_on(), _REFUSED)
    assert state.notices[-1] == "could not be trained longer: other images"
    assert state.end == _REFUSED
    known = replace(state, notices=(), end=None, updated_at=finished.updated_at)
    assert known == finished


@pytest.mark.parametrize("events", [(), (RunFinished(),), (RunStopped(reason="x"), _LONGER, _went_on())])
def test_only_a_finished_run_can_be_as_before(events: tuple[Event, ...]) -> None:
    state = state_after(*_FIRST_EPOCH, *events, _REFUSED)
    assert state.end != _REFUSED
    assert state.outcome == state_after(*_FIRST_EPOCH, *events).outcome


def test_steps_that_are_told_again_are_no_measure_of_speed() -> None:
    state = state_after(*_FIRST_EPOCH, RunStopped(reason="x"), _went_on(step=1), _TRAIN, _steps(2, 0, 2))
    assert state.steps_a_second == 1.0  # the second step alone, a second after the phase began
    assert state.epoch_seconds == 5.0  # four before it went on
    assert state.notices == ("goes on from its checkpoint with epoch 2, after 1 of its steps",)


def test_the_time_between_an_end_and_going_on_is_nobody_s() -> None:
    events = (*_FIRST_EPOCH, RunStopped(reason="x"), _went_on(), _TRAIN)
    times = (100.0, 101.0, 102.0, 103.0, 104.0, 105.0, 106.0, 9_000.0, 9_003.0)
    records = (Record(i, time, event) for i, (time, event) in enumerate(zip(times, events, strict=True)))
    state = replay("batch", records)
    assert (state.stints, state.under_way) == (((100.0, 106.0),), ((9_000.0, 9_003.0),))
    assert total_time([state]).wall_seconds == 9.0


def test_a_lost_run_was_under_way_until_it_was_last_heard_of() -> None:
    events = (*_FIRST_EPOCH, RunLost(exit_code=-9, stderr_tail=""), _went_on())
    times = (100.0, 101.0, 102.0, 103.0, 104.0, 105.0, 80_000.0, 90_000.0)
    records = [Record(i, time, event) for i, (time, event) in enumerate(zip(times, events, strict=True))]
    assert replay("batch", records[:-1]).under_way == ((100.0, 105.0),)
    assert replay("batch", records).stints == ((100.0, 105.0),)


def ten_steps(first: int) -> StepsDone:
    return StepsDone(epoch=1, first_step=first, losses=(0.5,) * 10, correct=(1,) * 10, images=1_280)


def test_a_standstill_counts_neither_for_the_rate_nor_for_the_epochs_seconds() -> None:
    begun, half, whole = PhaseChanged(phase=Phase.TRAIN), ten_steps(0), ten_steps(10)
    awake: list[tuple[float, Event]] = [(0.0, begun), (10.0, half), (15.0, whole)]
    stood = StoodStill(seconds=3_597.0, until=3_611.0)
    frozen: list[tuple[float, Event]] = [(0.0, begun), (10.0, half), (3_612.0, whole), (3_612.0, stood)]

    def after(events: list[tuple[float, Event]]) -> RunState:
        return replay("batch", [Record(i, time, event) for i, (time, event) in enumerate(events)])

    assert after(frozen).steps_a_second == after(awake).steps_a_second == pytest.approx(20 / 15)
    assert after(frozen).epoch_seconds == after(awake).epoch_seconds == 15.0
    assert "stood still for 3597 s" in after(frozen).notices[-1]


def test_a_standstill_before_the_phase_under_way_began_changes_nothing_of_it() -> None:
    phase = PhaseChanged(phase=Phase.TRAIN)
    records = [
        Record(0, 0.0, PhaseChanged(phase=Phase.PAUSED)),
        Record(1, 500.0, phase),
        Record(2, 501.0, StoodStill(seconds=400.0, until=450.0)),
    ]
    assert replay("batch", records).phase_at == 500.0


def test_a_run_that_is_trained_longer_wants_the_new_number_of_epochs_and_keeps_its_history() -> None:
    short = replace(STARTED, config=replace(CONFIG, epochs=1))
    finished = (short, *_FIRST_EPOCH[1:], RunFinished())
    longer = RunLengthened(planned=1, epochs=3)
    state = state_after(*finished, longer, _went_on())
    assert (state.outcome, state.config, len(state.tests)) == (Outcome.RUNNING, replace(CONFIG, epochs=3), 1)
    assert state.lengthened == (longer,)
    assert state.notices[0] == "trained longer than planned: from epoch 2 on, to 3 epochs in all"
    again = state_after(*finished, longer, _went_on(), RunFinished(), RunLengthened(planned=3, epochs=5))
    assert again.config == replace(CONFIG, epochs=5)
    assert [each.planned for each in again.lengthened] == [1, 3]
    assert state_after(*finished, longer, short).lengthened == ()  # begun anew


def test_a_run_is_not_longer_than_what_it_was_planned_for_by_another_number() -> None:
    state = state_after(*_FIRST_EPOCH, RunLengthened(planned=1, epochs=3))
    assert (state.config, state.lengthened) == (CONFIG, ())
    assert state.notices == ("a line that contradicts those before it is left out: RunLengthened",)


def test_an_epoch_that_begins_again_at_half_the_rate_is_as_if_it_had_not_been_told() -> None:
    before = state_after(*_FIRST_EPOCH)
    back = RunRestarted(epoch=2, step=None, loss=math.inf, times=1, learning_rate=0.05)
    state = state_after(*_FIRST_EPOCH, _TRAIN, _steps(2, 0, 3), *epoch(2, right=2), back)
    assert (state.epochs, state.step_losses, state.restarts) == (before.epochs, before.step_losses, (back,))
    words = "the loss of the test images in epoch 2 was inf: back to the epoch's beginning at half the rate"
    assert state.notices == (f"{words}, 0.05 (restart 1)",)
    assert state_after(*_FIRST_EPOCH, back, RunStopped(reason="x"), _went_on()).restarts == ()
