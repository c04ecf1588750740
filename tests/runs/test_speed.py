from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.config.grid import Grid
from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.runs.event_codec import to_line
from core.runs.events import EpochEnded, Evaluated, Event, Record
from core.runs.folder import create_suite
from core.runs.speed import Speed, measured_speed
from tests.report.example_runs import config, epoch_events, opening_events

HERE = "Example CPU"
BATCH = config(Norm.BATCH)


def suite(runs_dir: Path, day: int, begins: Sequence[float], preset: Preset = Preset.REFERENCE) -> float:
    """Make a suite whose runs, a norm each, begin at these seconds; return how long each trains."""
    grid = Grid(replace(BATCH, preset=preset), tuple(Norm)[: len(begins)])
    folder = create_suite(runs_dir, SuiteConfig(grid.runs(), "cifar-tui"), datetime(2026, 1, day, tzinfo=UTC))
    for run, name, begin in zip(grid.runs(), folder.config().names, begins, strict=True):
        folder.run(name).path.mkdir()
        lines, time = [], begin
        events: list[Event] = [*opening_events(run), *epoch_events(Norm.BATCH, 1)]
        for number, event in enumerate(events):
            time += event.seconds if isinstance(event, EpochEnded | Evaluated) else 0.0
            lines.append(to_line(Record(number, time, event)))
        folder.run(name).events.write_text("".join(lines))
    return sum(event.seconds for event in epoch_events(Norm.BATCH, 1))


def test_what_was_trained_here_tells_how_long_its_like_will_take(tmp_path: Path) -> None:
    seconds = suite(tmp_path, 1, (1_000.0, 2_000.0))
    speed = measured_speed(tmp_path, HERE)
    assert speed.of([BATCH], None) == pytest.approx(20 * seconds)
    assert speed.of([replace(BATCH, limit_train=5_000, epochs=10)], None) == pytest.approx(seconds)
    assert speed.of(Grid(BATCH, tuple(Norm)).runs(), None) == pytest.approx(60 * seconds)
    assert speed.of([replace(BATCH, data="elsewhere")], 25_000) == pytest.approx(10 * seconds)


def test_runs_that_trained_side_by_side_shared_the_machine(tmp_path: Path) -> None:
    seconds = suite(tmp_path, 1, (1_000.0, 1_000.0))
    assert measured_speed(tmp_path, HERE).of([BATCH], None) == pytest.approx(10 * seconds)


@pytest.mark.parametrize(
    "other",
    [replace(BATCH, preset=Preset.TUNED), replace(BATCH, batch_size=64), replace(BATCH, data="elsewhere")],
)
def test_of_what_was_never_trained_here_nothing_is_said(other: RunConfig, tmp_path: Path) -> None:
    suite(tmp_path, 1, (1_000.0,))
    assert measured_speed(tmp_path, HERE).of([BATCH, other], None) is None
    assert measured_speed(tmp_path, "another CPU") == Speed()
    assert measured_speed(tmp_path / "missing", HERE) == Speed()


def test_the_newest_suite_counts_and_one_that_cannot_be_read_does_not(tmp_path: Path) -> None:
    seconds = suite(tmp_path, 2, (1_000.0,))
    suite(tmp_path, 1, (1_000.0, 1_000.0))
    (tmp_path / "20270101-000000-tuned").mkdir()
    (tmp_path / "20270101-000000-tuned" / "suite.json").write_text("{")
    assert measured_speed(tmp_path, HERE).of([BATCH], None) == pytest.approx(20 * seconds)


def test_little_says_nothing_of_much(tmp_path: Path) -> None:
    suite(tmp_path, 1, (1_000.0,))
    speed = measured_speed(tmp_path, HERE)
    few = replace(speed, epochs=dict.fromkeys(speed.epochs, 256))
    assert few.of([replace(BATCH, limit_train=5_000)], None) is not None
    assert few.of([replace(BATCH, limit_train=6_000)], None) is None
