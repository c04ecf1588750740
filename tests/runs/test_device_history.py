from core.runs.device_history import DeviceHistory
from core.runs.events import DeviceSampled, Event, Phase, PhaseChanged, StepsDone
from core.runs.life_events import RunRestarted, RunResumed
from tests.runs.test_run_state import DATA, STARTED, epoch, state_after


def sample(memory: int = 1, load: float = 0.5) -> DeviceSampled:
    return DeviceSampled(resident_bytes=memory, cpu_load=load, device_bytes=memory, device_load=None)


def steps(number: int, first: int, count: int = 1) -> Event:
    return StepsDone(
        epoch=number, first_step=first, losses=(1.0,) * count, correct=(1,) * count, images=count
    )


def test_hours_of_samples_are_some_hundreds_of_points_with_the_highest_memory_and_the_mean_load() -> None:
    history = DeviceHistory()
    for second in range(10_000):
        peak = second == 7_777
        history = history.extended(second, sample(9_000 if peak else 5, load=second % 2))
    points = history.known
    assert 256 <= len(points) <= 512
    assert max(point.resident_bytes for point in points) == 9_000
    assert {point.cpu_load for point in points[:-1]} == {0.5}
    assert [point.step for point in points] == sorted(point.step for point in points)
    assert points[-1].step == 9_999
    assert points[0].device_load is None


def test_a_sample_stands_where_training_was_when_it_was_taken() -> None:
    train = PhaseChanged(phase=Phase.TRAIN)
    state = state_after(
        STARTED, DATA, sample(), train, steps(1, 0, 2), sample(), steps(1, 2), *epoch(1, 2), sample(), train,
        steps(2, 0), sample(),
    )  # fmt: skip
    assert [point.step for point in state.device_history.known] == [0, 2, 3, 4]


def test_what_a_run_takes_back_is_taken_from_its_history_too() -> None:
    train = PhaseChanged(phase=Phase.TRAIN)
    told = (STARTED, DATA, train, steps(1, 0, 3), *epoch(1, 2), sample(), train, steps(2, 0, 2), sample())
    resumed = RunResumed(epoch=2, training_epoch=2, step=1, seconds=1.0, command="cifar-tui")
    restarted = RunRestarted(epoch=2, step=1, loss=9e9, times=1, learning_rate=0.1)
    assert [point.step for point in state_after(*told).device_history.known] == [3, 5]
    for back in (resumed, restarted):
        again = state_after(*told, back, train, steps(2, 0), sample())
        assert [point.step for point in again.device_history.known] == [3, 4]
