"""How numbers and states read to people, the same on every display."""

from core.events import Phase
from core.report import outcome_words
from core.run_state import RunState

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


def phase_words(run: RunState) -> str:
    """Say what a run is busy with, or how it ended."""
    return str(run.outcome) if run.phase is None else _PHASES[run.phase]


def rate_words(run: RunState) -> str:
    """Say how fast a run trains: batches a second in the epoch under way."""
    rate = run.steps_a_second
    return phase_words(run) if rate is None else f"{rate:.1f} batches/s"


def epoch_line(run: RunState, index: int) -> str:
    """Sum up the epoch at `index` of `run` in one line of at most 80 columns."""
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
    return " | ".join(words)


def outcome_line(run: RunState) -> str:
    """Say how a run ended and what it reached."""
    words = f"{run.name}: {outcome_words(run)}"
    if run.last_accuracy is None or run.best_accuracy is None:
        return words
    return f"{words}; test accuracy {run.last_accuracy:.2%} (best {run.best_accuracy:.2%})"
