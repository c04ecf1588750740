"""How far a suite is, as three bars, the same on every display."""

from dataclasses import dataclass

from core.eta import begun_share, epoch_cost, seconds_done, seconds_left
from core.run_state import RunState
from core.suite_watch import SuiteState
from tui.wording import phase_words, rate_words


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: how much of it is `done`, from 0 to 1, and what is said beside it."""

    name: str
    done: float
    count: str
    note: str
    left: float | None


def suite_bars(suite: SuiteState, *, alive: bool) -> tuple[Bar, ...]:
    """Work out the three bars; of an ended suite, the last two say what was reached."""
    run = suite.current or next((run for run in reversed(suite.runs) if run.started), suite.runs[0])
    ended = sum(run.outcome.ended for run in suite.runs)
    wanted = sum(config.epochs for config in suite.config.runs)
    done = sum(len(run.tests) + begun_share(run) for run in suite.runs)
    note = "stops after epoch" if suite.stopping and alive else "whole suite"
    total = Bar(
        "suite", done / wanted, f"{ended}/{len(suite.runs)}", note, seconds_left(suite) if alive else None
    )
    return _batch_bar(run), _epoch_bar(run, suite), total


def _batch_bar(run: RunState) -> Bar:
    loading = run.progress if run.data is None else None
    if loading is not None and not run.outcome.ended:
        share = loading.done / loading.total if loading.total else 0.0
        return Bar("images", share, f"{loading.done:,}", loading.what, None)
    steps = run.steps_an_epoch
    share = run.epoch_steps / steps if steps else 0.0
    return Bar("batch", share, f"{run.epoch_steps}/{steps or '?'}", rate_words(run), None)


def _epoch_bar(run: RunState, suite: SuiteState) -> Bar:
    epochs = suite.config_of(run).epochs
    cost = epoch_cost(run)
    left = (
        None if cost is None or run.outcome.ended else max(epochs * cost.total - seconds_done(run, cost), 0.0)
    )
    note = f"{run.name}: {phase_words(run)}"
    return Bar(
        "epoch", (len(run.tests) + begun_share(run)) / epochs, f"{len(run.tests)}/{epochs}", note, left
    )
