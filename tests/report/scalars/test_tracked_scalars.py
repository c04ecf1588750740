import math
from pathlib import Path

from core.report.scalars import Format, export_scalars
from core.runs.events import Event
from core.runs.life_events import RunFinished
from core.runs.tracked_events import ScalarsLogged, TrackingStarted
from tests.report.scalars.scalar_runs import scalars_in, written


def logged(tag: str, *steps: int, value: float = 0.5) -> ScalarsLogged:
    """Return values of a tag, each a tenth of a second after its step."""
    return ScalarsLogged(
        tag=tag, steps=steps, values=(value,) * len(steps), times=tuple(step + 0.1 for step in steps)
    )


def _lasting(folder: Path, *events: Event) -> list[tuple[str, int, float]]:
    scalars = scalars_in(folder, (TrackingStarted(name="mine"), *events, RunFinished()), "mine")
    assert all(scalar.wall_time == scalar.step + 0.1 and scalar.epoch is None for scalar in scalars)
    return [(scalar.tag, scalar.step, scalar.value) for scalar in scalars]


def test_what_another_loop_logged_is_told_by_its_own_tags_and_steps(tmp_path: Path) -> None:
    found = _lasting(tmp_path, logged("a", 0, 1), logged("b", 7, value=math.inf), logged("a", 2))
    assert found == [("a", 0, 0.5), ("a", 1, 0.5), ("b", 7, math.inf), ("a", 2, 0.5)]


def test_where_the_loop_went_back_the_last_time_counts(tmp_path: Path) -> None:
    found = _lasting(
        tmp_path,
        logged("a", 0, 1, 2, 3),
        logged("b", 3),
        logged("a", 2, 4, value=1.0),
        logged("a", 3, 3, value=2.0),
    )
    assert found == [
        ("a", 0, 0.5),
        ("a", 1, 0.5),
        ("b", 3, 0.5),
        ("a", 2, 1.0),
        ("a", 3, 2.0),
        ("a", 3, 2.0),
    ]


def test_tensorboard_gets_its_numbers_alone(tmp_path: Path) -> None:
    run = written(tmp_path, (TrackingStarted(name="mine"), logged("a", 0, 1)), "mine")
    export_scalars([run], Format.TENSORBOARD, tmp_path / "exported")
    assert [path.name for path in (tmp_path / "exported").iterdir() if path.is_dir()] == ["mine"]
