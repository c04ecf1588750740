"""How far a suite is, as three bars, the same on every display."""

from dataclasses import dataclass

from core.config.presets import Norm
from core.runs.eta import epoch_cost, epoch_fraction, seconds_done, seconds_left
from core.runs.events import Phase
from core.runs.run_state import RunState
from core.runs.suite_state import SuiteState
from tui.text.loading_words import amount_words, pace_words
from tui.text.wording import clock, phase_words, rate_words, waiting_words


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: how much of it is `done`, from 0 to 1, and what is shown beside it."""

    name: str
    done: float
    count: str
    note: str
    left: float | None


def suite_bars(
    suite: SuiteState, *, alive: bool, chosen: str | None = None, waiting: int = 0
) -> tuple[Bar, ...]:
    """Work out the three bars; of an ended suite, the last two say what was reached.

    So many other suites are `waiting` for its end. Of several runs under way, batch and epoch are those of
    the run named `chosen`, else the first's.
    """
    run = _shown(suite, chosen)
    ended = sum(run.outcome.ended for run in suite.runs)
    wanted = sum(config.epochs for config in suite.config.runs)
    done = sum(len(run.tests) + epoch_fraction(run) for run in suite.runs)
    left = seconds_left(suite) if alive and not _stalled(suite) else None
    note = _suite_note(suite, alive=alive) + (f" · {waiting_words(waiting)}" if waiting else "")
    total = Bar("suite", done / wanted, f"{ended}/{len(suite.runs)}", note, left)
    return _batch_bar(run), _epoch_bar(run, suite), total


def study_progress(suite: SuiteState, *, alive: bool) -> str:
    """Say how far a suite of many runs is: "13 of 24 runs, about 1:02:10 left"."""
    queued = frozenset(suite.queued) if alive else frozenset()
    ended = sum(run.outcome.ended and run.name not in queued for run in suite.runs)
    words = [f"{ended} of {len(suite.runs)} runs"]
    if alive and suite.stopping:
        words.append("stopping")
    elif alive and _stalled(suite):
        words.append("stalled")
    elif alive and (suite.pausing or any(run.phase is Phase.PAUSED for run in suite.under_way)):
        words.append("paused")
    elif alive and (left := seconds_left(suite)) is not None:
        words.append(f"about {clock(left)} left")
    return ", ".join(words)


def _stalled(suite: SuiteState) -> bool:
    return any(run.stalled for run in suite.runs)


def _shown(suite: SuiteState, chosen: str | None) -> RunState:
    """Return the run that is under way, else the last that was."""
    under_way = {run.name: run for run in suite.under_way}
    if chosen in under_way:
        return under_way[chosen]
    started = [run for run in suite.runs if run.started]
    return next(iter([*under_way.values(), *reversed(started)]), suite.runs[0])


def _suite_note(suite: SuiteState, *, alive: bool) -> str:
    if suite.stopping and alive:
        return "stops after epoch"
    several = len(suite.under_way)
    return f"{several} side by side" if several > 1 and alive else "whole suite"


def _batch_bar(run: RunState) -> Bar:
    loading = run.loading if run.data is None else None
    if loading is not None and not run.outcome.ended:
        event = loading.event
        share = event.done / event.total if event.total else 0.0
        note = pace_words(loading) or event.what.partition(" ")[0]  # "downloading", and not what from where
        return Bar("images", share, amount_words(loading), note, None)
    steps = run.steps_an_epoch
    share = run.epoch_steps / steps if steps else 0.0
    return Bar("batch", share, f"{run.epoch_steps}/{steps or '?'}", rate_words(run), None)


def _epoch_bar(run: RunState, suite: SuiteState) -> Bar:
    epochs = suite.config_of(run).epochs
    cost = epoch_cost(run)
    known = cost is not None and not run.outcome.ended and not run.stalled
    left = max(epochs * cost.total - seconds_done(run, cost), 0.0) if cost and known else None
    # a name that tells many runs apart needs all the room; the batch's line has the phase as well
    note = f"{run.name}: {phase_words(run)}" if run.name in set(Norm) else run.name
    return Bar(
        "epoch", (len(run.tests) + epoch_fraction(run)) / epochs, f"{len(run.tests)}/{epochs}", note, left
    )
