from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from core.environment import usable_cores
from tui.app.governor import Governor, Redraw, share_beside_training

TICK = 0.25
COST = {Redraw.BARS: 0.003, Redraw.PLOTS: 0.05}


@dataclass
class Machine:
    """A clock and a processor that are set by hand."""

    now: float = 0.0
    spent: float = 0.0
    drawn: list[Redraw] = field(default_factory=list)

    def governor(self, share: float) -> Governor:
        return Governor(share, lambda: self.now, lambda: self.spent)

    def tick(self, governor: Governor, *, dearer: float = 1.0) -> None:
        """Draw what is due, as the dashboard does."""
        self.now += TICK
        kind = next((kind for kind in (Redraw.PLOTS, Redraw.BARS) if governor.due(kind)), None)
        if kind is not None:
            governor.draws(kind)
            self.spent += COST[kind] * dearer
            self.drawn.append(kind)


def test_at_first_all_is_due() -> None:
    governor = Machine().governor(0.02)
    assert governor.due(Redraw.BARS)
    assert governor.due(Redraw.PLOTS)


def test_in_the_long_run_drawing_takes_no_more_than_its_share() -> None:
    machine = Machine()
    governor = machine.governor(0.04)
    for _ in range(4_000):
        machine.tick(governor)
    assert 0.02 < machine.spent / machine.now <= 0.04


@pytest.mark.parametrize("cores", [2, 4, 16])
def test_beside_training_it_takes_two_hundredths_of_the_machine_and_plots_come_every_two_seconds(
    cores: int,
) -> None:
    machine = Machine()
    governor = machine.governor(share_beside_training(cores, on_processor=True))
    drawn_at = [0.0]
    for _ in range(4_000):
        before = machine.drawn.count(Redraw.PLOTS)
        machine.tick(governor)
        if machine.drawn.count(Redraw.PLOTS) > before:
            drawn_at.append(machine.now)
    assert machine.spent <= 0.02 * cores * machine.now
    assert max(later - earlier for earlier, later in pairwise(drawn_at)) <= 2.0


def test_on_a_single_core_dear_plots_come_every_two_seconds_all_the_same() -> None:
    machine = Machine()
    governor = machine.governor(share_beside_training(1, on_processor=True))
    for _ in range(400):
        machine.tick(governor, dearer=10)
    assert machine.drawn.count(Redraw.PLOTS) >= 400 * TICK / 2


def test_beside_a_gpu_there_is_more_to_take_where_cores_are_few() -> None:
    assert share_beside_training(2, on_processor=True) == 0.03
    assert share_beside_training(2, on_processor=False) == 0.15
    assert share_beside_training(16, on_processor=False) == 0.24
    assert usable_cores() >= 1


def test_neither_kind_starves_the_other() -> None:
    machine = Machine()
    governor = machine.governor(0.02)
    for _ in range(400):
        machine.tick(governor)
    seconds = 400 * TICK
    assert machine.drawn.count(Redraw.PLOTS) >= seconds / 2
    assert machine.drawn.count(Redraw.BARS) > seconds


@pytest.mark.parametrize("kind", Redraw)
def test_however_dear_a_redraw_is_the_display_never_stands_still_for_long(kind: Redraw) -> None:
    machine = Machine()
    governor = machine.governor(0.02)
    governor.draws(kind)
    machine.spent += 100
    assert not governor.due(kind)
    machine.now += kind.longest_wait - 0.01
    assert not governor.due(kind)
    machine.now += 0.02
    assert governor.due(kind)


def test_plots_wait_for_a_pause_in_typing_and_bars_do_not() -> None:
    machine = Machine(now=100.0)
    governor = machine.governor(0.02)
    governor.draws(Redraw.PLOTS)
    machine.spent += 1
    machine.now += 2.0
    governor.typed()
    machine.now += 0.3
    assert not governor.due(Redraw.PLOTS)
    assert governor.due(Redraw.BARS)
    machine.now += 0.3
    assert governor.due(Redraw.PLOTS)


def test_plots_are_drawn_every_four_seconds_however_long_somebody_types() -> None:
    machine = Machine()
    governor = machine.governor(0.02)
    drawn_at = [0.0]
    for _ in range(400):
        governor.typed()
        before = machine.drawn.count(Redraw.PLOTS)
        machine.tick(governor)
        if machine.drawn.count(Redraw.PLOTS) > before:
            drawn_at.append(machine.now)
    gaps = [later - earlier for earlier, later in pairwise(drawn_at)]
    assert max(gaps) <= 4.0
    assert max(gaps) > 2.0


def test_when_a_suite_was_opened_its_plots_come_every_second_for_ten_seconds() -> None:
    machine = Machine(now=100.0)
    governor = machine.governor(0.02)
    governor.begin()
    first: list[float] = []
    then: list[float] = []
    for tick in range(160):
        before = machine.drawn.count(Redraw.PLOTS)
        machine.tick(governor)
        if machine.drawn.count(Redraw.PLOTS) > before:
            (first if tick < 40 else then).append(machine.now)
    assert max(later - earlier for earlier, later in pairwise(first)) <= 1.0
    assert min(later - earlier for earlier, later in pairwise(then)) >= 1.75


def test_where_training_leaves_the_processor_alone_more_is_drawn() -> None:
    drawn = []
    for share in (0.02, 0.2):
        machine = Machine()
        governor = machine.governor(share)
        for _ in range(400):
            machine.tick(governor)
        drawn.append(machine.drawn.count(Redraw.PLOTS))
    assert drawn[1] > 3 * drawn[0]
