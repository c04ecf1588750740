import random

from core.runs.events import Phase, PhaseChanged, Record
from core.runs.life_events import RunFinished, RunStopped
from core.runs.tracked_events import ScalarsLogged, TrackingStarted
from core.tracking.alerts import alerts
from core.tracking.tracked_run import TrackedRun, after

NAN = float("nan")


def run_of(tag: str, values: list[float], *more: object) -> TrackedRun:
    """Return a run that logged `values` every second from 1,000 on, then told `more`."""
    steps = tuple(range(len(values)))
    times = tuple(1_000.0 + step for step in steps)
    logged = ScalarsLogged(tag=tag, steps=steps, values=tuple(values), times=times)
    events = [TrackingStarted(name="a"), logged, *more]
    return after(TrackedRun("a"), [Record(0, times[-1], event) for event in events])  # type: ignore[arg-type]


def texts(run: TrackedRun, now: float = 1_000.0) -> list[str]:
    return [alert.text for alert in alerts(run, now)]


def test_the_first_value_that_is_none_is_told() -> None:
    assert texts(run_of("train/loss", [1.0, NAN, 2.0, NAN])) == ["train/loss is not finite since step 1"]


def test_a_jump_of_a_loss_is_told_and_its_noise_is_not() -> None:
    noisy = [1.0 + 0.1 * (step % 3) for step in range(30)]
    assert texts(run_of("train/loss", noisy)) == []
    assert texts(run_of("train/loss", [*noisy, 3.0])) == ["train/loss jumped to 3 at step 30"]
    assert texts(run_of("accuracy", [*noisy, 3.0])) == []


def test_silence_is_told_where_it_is_long_for_the_run() -> None:
    run = run_of("loss", [1.0, 1.0, 1.0])
    assert texts(run, now=1_060.0) == []
    assert texts(run, now=1_100.0) == ["nothing was logged for 98 s"]
    assert texts(run_of("loss", [1.0, 1.0], PhaseChanged(phase=Phase.PAUSED)), now=1_100.0) == []
    assert texts(run_of("loss", [1.0, 1.0], RunFinished()), now=1_100.0) == ["finished"]


def test_an_end_is_told_with_its_reason() -> None:
    (alert,) = alerts(run_of("loss", [1.0], RunStopped(reason="interrupted")), 1_000.0)
    assert (alert.text, alert.bad) == ("stopped: interrupted", True)


def test_the_noise_of_a_long_run_is_no_jump() -> None:
    noise = random.Random(0)  # noqa: S311 - no secret
    values = [noise.gammavariate(4, 0.0125) for _ in range(40_000)]
    run = run_of("train/loss", values[:20_000])
    for begin in range(20_000, 40_000, 50):
        steps = tuple(range(begin, begin + 50))
        more = ScalarsLogged(
            tag="train/loss", steps=steps, values=tuple(values[begin : begin + 50]), times=(2_000.0,) * 50
        )
        run = after(run, [Record(1, 2_000.0, more)])
        assert texts(run) == []
    burst = ScalarsLogged(
        tag="train/loss", steps=tuple(range(40_000, 40_100)), values=(1.0,) * 100, times=(2_000.0,) * 100
    )
    (told,) = texts(after(run, [Record(2, 2_000.0, burst)]))
    assert told.startswith("train/loss jumped to 1 at step 40,0")
