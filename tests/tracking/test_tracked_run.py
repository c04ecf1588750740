import pytest

from core.runs.events import Notice, Phase, PhaseChanged, Record
from core.runs.life_events import Fault, RunFailed, RunFinished, RunStopped
from core.runs.run_state import Outcome
from core.runs.tracked_events import ImageLogged, ScalarsLogged, TrackingStarted
from core.tracking.tracked_run import TrackedRun, after
from tests.runs.test_evidence_events import PNG

STARTED = TrackingStarted(name="mine", config={"lr": "0.1"}, command="train.py")


def run_of(*events: object) -> TrackedRun:
    return after(TrackedRun("mine"), [Record(i, 100.0 + i, event) for i, event in enumerate(events)])  # type: ignore[arg-type]


def test_a_run_is_under_way_from_its_start_to_its_end() -> None:
    logged = ScalarsLogged(tag="train/loss", steps=(0, 5), values=(2.0, 1.0), times=(101.0, 103.0))
    begun = run_of(STARTED, logged)
    assert (begun.outcome, begun.config, begun.started_at) == (Outcome.RUNNING, {"lr": "0.1"}, 100.0)
    assert (begun.last_step, begun.last_logged_at) == (5, 103.0)
    assert run_of(STARTED, logged, RunFinished()).outcome is Outcome.FINISHED
    failed = run_of(STARTED, RunFailed(error="ValueError: no", fault=Fault.PROGRAM))
    assert (failed.outcome, failed.why) == (Outcome.FAILED, "ValueError: no")
    assert run_of(STARTED, RunStopped(reason="asked")).why == "asked"


def test_what_a_foreign_file_does_not_tell_is_not_known() -> None:
    assert run_of(TrackingStarted(name="a", source="TensorBoard")).outcome is None


def test_a_pause_a_notice_and_the_newest_picture_are_kept() -> None:
    images = [ImageLogged(tag="samples", step=step, png=PNG) for step in (1, 2)]
    run = run_of(STARTED, PhaseChanged(phase=Phase.PAUSED), *images, Notice(text="slow disk"))
    assert run.paused
    assert run.images == {"samples": images[1]}
    assert run.notices == ("slow disk",)


@pytest.mark.parametrize("count", [2_001])
def test_no_file_can_have_more_tags_than_a_screen_can_bear(count: int) -> None:
    logged = [ScalarsLogged(tag=str(i), steps=(0,), values=(1.0,), times=(1.0,)) for i in range(count)]
    assert len(run_of(STARTED, *logged).series) == 2_000
