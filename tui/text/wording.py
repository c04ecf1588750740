"""How numbers and states read to people, the same on every display."""

from core.results.outcome_text import outcome_words
from core.runs.events import DeviceSampled, Phase
from core.runs.run_state import Outcome, RunState
from core.runs.suite_state import SuiteState

_PHASES = {
    Phase.IMPORT: "importing torch",
    Phase.DATA: "loading images",
    Phase.COMPILE: "compiling",
    Phase.WARM_UP: "warming up",
    Phase.TRAIN: "training",
    Phase.EVALUATE: "evaluating",
    Phase.PAUSED: "paused",
}


def clock(seconds: float) -> str:
    """Write a duration as 1:02:03 or 2:03."""
    minutes, whole = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{whole:02}" if hours else f"{minutes}:{whole:02}"


def waiting_words(suites: int) -> str:
    """Say how many suites wait for the end of those that train: "1 waits"."""
    return f"{suites} wait{'s' * (suites == 1)}"


def norm_words(run: RunState) -> str:
    """Name a run's norm, and the run before it where that says more."""
    norm = run.config.norm if run.config else run.name
    return f"{norm} norm" if run.name == norm else f"{run.name}: {norm} norm"


def phase_words(run: RunState) -> str:
    """Say what a run is busy with, or how it ended."""
    if run.stalled:
        return "stalled"
    return str(run.outcome) if run.phase is None else _PHASES[run.phase]


def rate_words(run: RunState) -> str:
    """Say how fast a run trains: batches a second in the epoch under way."""
    rate = run.steps_a_second
    return phase_words(run) if rate is None else f"{rate:.1f} batches/s"


def machine_words(suite: SuiteState) -> str:
    """Say what the suite computes on and, while a run is under way that has looked, what that takes."""
    known = [run for run in suite.runs if run.environment is not None]
    # of several under way one that has looked already: each sees the whole process
    run = max(
        known,
        key=lambda r: (r.outcome is Outcome.RUNNING, r.device is not None, r.updated_at or 0.0),
        default=None,
    )
    if run is None or run.environment is None:
        return ""
    words = [run.environment.place]
    if (sample := run.device) is not None and run.outcome is Outcome.RUNNING:  # else it is long past
        words.append(
            f"{sample.cpu_load:.1f} cores" if run.environment.device == "cpu" else _load_words(sample)
        )
        words.append(f"{sample.resident_bytes / 2**20:,.0f} MiB")
        if sample.device_bytes is not None:
            words.append(f"{sample.device_bytes / 2**20:,.0f} MiB on the device")
    return " · ".join(word for word in words if word)


def _load_words(sample: DeviceSampled) -> str:
    return "" if sample.device_load is None else f"{sample.device_load:.0%} busy"


def epoch_line(run: RunState, index: int) -> str:
    """Sum up the epoch at `index` of `run` in one line of at most 80 columns.

    A flip-averaged accuracy comes behind, where there is one, and may go beyond them.
    """
    result = run.epochs[index]
    train, test = result.train, result.test
    epochs = run.started.config.epochs if run.started else "?"
    words = [
        f"{run.name:<5} epoch {train.epoch:>2}/{epochs}",
        f"train loss {train.loss:.4f}, {train.accuracy:6.2%}",
    ]
    if test is not None:
        words.append(f"test loss {test.loss:.4f}, {test.accuracy:6.2%}")
    words.append(f"{result.seconds:.0f} s")
    if test is not None and test.flip_averaged_accuracy is not None:
        words.append(f"flip-averaged {test.flip_averaged_accuracy:6.2%}")
    return " | ".join(words)


def outcome_line(run: RunState) -> str:
    """Say how a run ended and what it reached."""
    words = f"{run.name}: {outcome_words(run)}"
    if run.last_accuracy is None or run.best_accuracy is None:
        return words
    words += f"; test accuracy {run.last_accuracy:.2%}"
    if run.best_accuracy > run.last_accuracy:
        words += f" (best epoch {run.best_accuracy:.2%}: chosen on the test images, no result)"
    if run.flip_averaged_accuracy is not None:
        words += f"; flip-averaged {run.flip_averaged_accuracy:.2%}"
    return words
