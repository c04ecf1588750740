from dataclasses import replace

import pytest

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.runs.commands import Command
from core.runs.eta import epoch_cost, seconds_left
from core.runs.events import DataLoaded, EpochEnded, Evaluated, Event, Phase, PhaseChanged, Record, StepsDone
from core.runs.life_events import RunFinished, RunStarted, RunStopped
from core.runs.machine_events import EnvironmentFound
from core.runs.run_reducer import replay
from core.runs.run_state import RunState
from core.runs.suite_control import SuiteControl
from core.runs.suite_state import SuiteState

CONFIG = RunConfig(norm=Norm.BATCH, epochs=4, batch_size=10)
SUITE = SuiteConfig(Grid(CONFIG, (Norm.BATCH, Norm.GROUP)).runs(), "cifar-tui")
START: list[tuple[float, Event]] = [
    (0.0, RunStarted(run="batch", config=CONFIG, recipe=CONFIG.recipe, command="cifar-tui")),
    (
        1.0,
        DataLoaded(
            label="x",
            source="demo",
            fingerprint="f",
            classes=("a", "b"),
            train_images=100,
            test_images=60,
            seconds=1.0,
        ),
    ),
    (2.0, PhaseChanged(phase=Phase.TRAIN)),
]


def steps(epoch: int, count: int) -> StepsDone:
    return StepsDone(
        epoch=epoch, first_step=0, losses=(1.0,) * count, correct=(1,) * count, images=10 * count
    )


def epoch(number: int) -> list[tuple[float, Event]]:
    """An epoch of 20 s of training and 4 s of evaluation."""
    ended = EpochEnded(
        epoch=number,
        loss=1.0,
        last_loss=1.0,
        correct=5,
        images=100,
        batches=10,
        learning_rate=0.1,
        seconds=20.0,
    )
    tested = Evaluated(epoch=number, loss=1.0, confusion=((30, 0), (0, 30)), seconds=4.0)
    return [(24.0 * number, steps(number, 10)), (24.0 * number, ended), (24.0 * number + 4, tested)]


def suite(*events: tuple[float, Event]) -> SuiteState:
    batch = replay("batch", (Record(i, time, event) for i, (time, event) in enumerate(events)))
    return SuiteState(SUITE, (batch, RunState("group")), SuiteControl(queued=("group",)))


def ordered(state: SuiteState, command: Command, run: str | None = None) -> SuiteState:
    """Return `state` after an order, which its worker has read."""
    running = frozenset(run.name for run in state.under_way)
    return replace(state, control=replace(state.control, running=running).ordered(command, run))


def test_nothing_is_known_before_the_first_steps() -> None:
    assert seconds_left(suite()) is None
    assert seconds_left(suite(*START)) is None


def long_epochs() -> list[tuple[float, Event]]:
    """As `START`, with 1,000 training images, so 100 steps an epoch, and 600 test images."""
    return [
        (
            time,
            replace(event, train_images=1_000, test_images=600) if isinstance(event, DataLoaded) else event,
        )
        for time, event in START
    ]


def test_the_first_steps_tell_what_an_epoch_costs() -> None:
    state = suite(*long_epochs(), (22.0, steps(1, 10)))  # 20 s for ten steps of a hundred
    # evaluation is not timed yet: 600 test images at a third of the 0.2 s a training image takes
    cost = epoch_cost(state.runs[0])
    assert cost is not None
    assert (cost.train, cost.evaluate) == pytest.approx((200.0, 40.0))
    assert seconds_left(state) == pytest.approx(2 * 4 * 240 - 20)


@pytest.mark.parametrize(
    ("seconds", "count", "known"), [(100.0, 9, False), (2.9, 50, False), (3.0, 10, True)]
)
def test_an_estimate_takes_ten_steps_and_three_seconds(seconds: float, count: int, *, known: bool) -> None:
    state = suite(*long_epochs(), (2.0 + seconds, steps(1, count)))
    assert (epoch_cost(state.runs[0]) is not None) is known
    assert (seconds_left(state) is not None) is known


def test_short_epochs_add_up_until_they_tell_something() -> None:
    def quick(number: int) -> list[tuple[float, Event]]:
        return [
            (time, replace(event, seconds=0.8) if isinstance(event, EpochEnded) else event)
            for time, event in epoch(number)
        ]

    begun = [event for number in (1, 2, 3) for event in quick(number)]
    assert seconds_left(suite(*START, *begun)) is None
    assert seconds_left(suite(*START, *begun, *quick(4)[:2])) == pytest.approx(4 + 4 * 4.8)
    # of a run that has ended all is known, however short it was
    assert seconds_left(suite(*START, *begun, (90.0, RunStopped(reason="skipped")))) == pytest.approx(4 * 4.8)


def test_measured_epochs_count_with_their_evaluation_and_so_does_the_queue() -> None:
    state = suite(*START, *epoch(1), *epoch(2))
    assert seconds_left(state) == pytest.approx(2 * 24 + 4 * 24)


def test_a_pause_counts_neither_in_the_rate_nor_in_the_estimate() -> None:
    begun = [*long_epochs(), (22.0, steps(1, 10)), (25.0, PhaseChanged(phase=Phase.PAUSED))]
    resumed = suite(*begun, (500.0, PhaseChanged(phase=Phase.TRAIN))).runs[0]
    assert resumed.steps_a_second is None
    later = StepsDone(epoch=1, first_step=10, losses=(1.0,) * 10, correct=(1,) * 10, images=100)
    state = suite(*begun, (500.0, PhaseChanged(phase=Phase.TRAIN)), (520.0, later))
    assert state.runs[0].steps_a_second == 0.5
    assert seconds_left(state) == pytest.approx(2 * 4 * 240 - 40)


def test_an_epoch_trained_but_not_evaluated_lacks_its_evaluation() -> None:
    state = suite(*START, *epoch(1), *epoch(2)[:2])
    assert seconds_left(state) == pytest.approx(4 + 2 * 24 + 4 * 24)


@pytest.mark.parametrize("end", [RunFinished(), RunStopped(reason="skipped")])
def test_an_ended_run_needs_no_more(end: Event) -> None:
    state = suite(*START, *epoch(1), (60.0, end))
    assert seconds_left(state) == pytest.approx(4 * 24)


def test_where_the_suite_is_to_stop_only_the_epoch_under_way_is_left() -> None:
    second = suite(*START, *epoch(1), (30.0, PhaseChanged(phase=Phase.TRAIN)), (34.0, steps(2, 2)))
    assert seconds_left(ordered(second, Command.STOP_AFTER_EPOCH)) == pytest.approx(0.8 * 20 + 4)
    trained = suite(*START, *epoch(1), *epoch(2)[:2])
    assert seconds_left(ordered(trained, Command.STOP_AFTER_EPOCH)) == pytest.approx(4)
    between = suite(*START, *epoch(1))
    assert seconds_left(ordered(between, Command.STOP_AFTER_EPOCH)) == 0


def test_a_run_that_is_being_skipped_needs_no_more() -> None:
    state = suite(*START, *epoch(1))
    assert seconds_left(ordered(state, Command.SKIP, "batch")) == pytest.approx(4 * 24)


def test_a_run_that_is_to_be_trained_again_needs_all_of_its_epochs() -> None:
    state = suite(*START, *epoch(1), (60.0, RunStopped(reason="skipped")))
    assert seconds_left(ordered(state, Command.RETRY, "batch")) == pytest.approx(8 * 24)


def test_a_run_that_waits_for_no_worker_is_not_counted() -> None:
    state = suite(*START, *epoch(1))
    assert seconds_left(replace(state, control=SuiteControl())) == pytest.approx(3 * 24)


def side_by_side(parallel: int, *begun: tuple[Norm, list[tuple[float, Event]]]) -> SuiteState:
    """Return a suite of all three norms, `parallel` at once on a CPU; those not begun are queued."""
    config = SuiteConfig(Grid(CONFIG, tuple(Norm)).runs(), "cifar-tui", parallel)
    cpu = EnvironmentFound(device="cpu", device_name="a CPU", threads=2, versions={})
    events = {norm: [*START, (1.5, cpu), *own] for norm, own in begun}
    runs = tuple(
        replay(norm, (Record(i, time, event) for i, (time, event) in enumerate(events.get(norm, ()))))
        for norm in Norm
    )
    queued = tuple(norm for norm in Norm if norm not in events)
    return SuiteState(config, runs, SuiteControl(queued=queued, max_concurrent=parallel))


def test_side_by_side_the_longest_run_counts() -> None:
    state = side_by_side(3, (Norm.BATCH, epoch(1)), (Norm.LAYER, []), (Norm.GROUP, epoch(1) + epoch(2)))
    assert seconds_left(state) == pytest.approx(4 * 24)
    assert seconds_left(ordered(state, Command.SKIP, "layer")) == pytest.approx(3 * 24)


def test_a_queued_run_begins_where_there_is_room_first() -> None:
    state = side_by_side(2, (Norm.BATCH, epoch(1)), (Norm.LAYER, epoch(1) + epoch(2)))
    assert seconds_left(state) == pytest.approx(2 * 24 + 4 * 24)
    room = side_by_side(3, (Norm.BATCH, epoch(1)), (Norm.LAYER, epoch(1) + epoch(2)))
    assert seconds_left(room) == pytest.approx(4 * 24)


def test_a_run_to_be_tried_again_begins_behind_the_others() -> None:
    stopped = (30.0, RunStopped(reason="skipped"))
    state = side_by_side(1, (Norm.BATCH, [*epoch(1), stopped]), (Norm.LAYER, epoch(1)))
    again = ordered(state, Command.RETRY, "batch")
    assert seconds_left(again) == pytest.approx(3 * 24 + 2 * 4 * 24)


def test_where_a_suite_of_several_is_to_stop_the_longest_epoch_under_way_is_left() -> None:
    begun = [*epoch(1), (30.0, PhaseChanged(phase=Phase.TRAIN))]
    state = side_by_side(
        2, (Norm.BATCH, [*begun, (34.0, steps(2, 2))]), (Norm.LAYER, [*begun, (48.0, steps(2, 9))])
    )
    assert seconds_left(ordered(state, Command.STOP_AFTER_EPOCH)) == pytest.approx(0.8 * 20 + 4)


def study(*begun: tuple[str, list[tuple[float, Event]]], parallel: int = 1) -> SuiteState:
    """Return a suite of 24 runs, three norms of eight seeds; those not begun are queued."""
    config = SuiteConfig(Grid(CONFIG, tuple(Norm), seeds=tuple(range(8))).runs(), "cifar-tui")
    events = dict(begun)
    states = tuple(
        replay(name, (Record(i, time, event) for i, (time, event) in enumerate(events.get(name, ()))))
        for name in config.names
    )
    queued = tuple(name for name in config.names if name not in events)
    return SuiteState(config, states, SuiteControl(queued=queued, max_concurrent=parallel))


def test_of_24_runs_those_not_begun_cost_what_the_one_begun_does() -> None:
    assert seconds_left(study()) is None
    assert seconds_left(study(("batch-seed-0", [*START, *epoch(1)]))) == pytest.approx((3 + 23 * 4) * 24)
    side_by_side = study(("batch-seed-0", [*START, *epoch(1)]), parallel=4)
    # of the 23 in the queue five follow the one begun, six each stand in the three other places
    assert seconds_left(side_by_side) == pytest.approx(6 * 4 * 24)


def test_a_queued_run_costs_what_other_seeds_of_its_group_did() -> None:
    fast = [event for number in range(1, 5) for event in epoch(number)]
    slow = [
        (time, replace(event, seconds=2 * event.seconds))
        if isinstance(event, EpochEnded | Evaluated)
        else (time, event)
        for time, event in fast
    ]
    ended = (200.0, RunFinished())
    state = study(("batch-seed-0", [*START, *fast, ended]), ("layer-seed-0", [*START, *slow, ended]))
    # of group norm nothing is known yet: it is taken to be between the two
    assert seconds_left(state) == pytest.approx(4 * 24 * (7 * 1 + 7 * 2 + 8 * 1.5))
