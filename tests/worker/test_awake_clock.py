import pytest

from core.worker.awake_clock import AwakeClock, Standstill


class Times:
    """The three clocks of a process, which go on when told to."""

    def __init__(self) -> None:
        self.monotonic, self.wall, self.processor = 100.0, 1_000.0, 7.0

    def clock(self) -> AwakeClock:
        return AwakeClock(lambda: self.monotonic, lambda: self.wall, lambda: self.processor)

    def run(self, clock: AwakeClock, seconds: int) -> None:
        """Compute on one core; somebody looks five times a second."""
        for _ in range(5 * seconds):
            self.pass_by(0.2, computing=0.2)
            clock()

    def pass_by(self, seconds: float, *, computing: float = 0.0, asleep: float = 0.0) -> None:
        self.monotonic += seconds
        self.wall += seconds + asleep
        self.processor += computing


def test_while_somebody_looks_all_time_counts() -> None:
    times = Times()
    clock = times.clock()
    begin = clock()
    times.run(clock, 60)
    for _ in range(600):  # starved, or waiting for a device
        times.pass_by(0.2)
        clock()
    assert clock() - begin == pytest.approx(180)
    assert clock.standstill == Standstill()


@pytest.mark.parametrize("frozen", [4.0, 20.0, 9_000.0])
def test_a_frozen_process_is_left_out_whoever_looks_first(frozen: float) -> None:
    times = Times()
    clock = times.clock()
    begin = clock()
    times.run(clock, 10)
    times.pass_by(frozen, computing=0.3)
    assert clock() - begin == pytest.approx(10.2)
    stood = clock.standstill
    assert stood.seconds == pytest.approx(frozen - 0.2)
    assert stood.until == pytest.approx(1_010 + frozen)
    times.run(clock, 10)
    assert clock() - begin == pytest.approx(20.2)
    assert clock.standstill == stood
    times.pass_by(frozen)
    assert clock.standstill.seconds == pytest.approx(2 * stood.seconds)


def test_a_process_that_computed_meanwhile_was_not_frozen() -> None:
    times = Times()
    clock = times.clock()
    begin = clock()
    times.pass_by(8.0, computing=7.5)  # an import that lets no other thread run
    assert clock() - begin == 8.0
    assert clock.standstill == Standstill()


def test_a_machine_that_slept_shows_in_the_wall_clock_alone() -> None:
    times = Times()
    clock = times.clock()
    begin = clock()
    times.pass_by(0.2, computing=0.2, asleep=3_600.0)
    assert clock() - begin == pytest.approx(0.2)
    assert clock.standstill.seconds == pytest.approx(3_600)
    assert clock.standstill.until == pytest.approx(4_600.2)


def test_a_wall_clock_set_back_is_no_standstill() -> None:
    times = Times()
    clock = times.clock()
    times.pass_by(0.2, asleep=-7_200.0)
    assert clock.standstill == Standstill()
