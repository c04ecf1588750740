"""What a comparison comes to, in a sentence, and what that sentence is worth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.results import number_format
from core.results.labelled_runs import LabelledRun
from core.results.seeds import Contestant, Result, comparable, contestants
from core.runs.run_state import Outcome

_LEAST_CAUTION: Final = 1.0  # points by which two seeds of one network easily differ
_TWO_ERRORS: Final = 2.0  # standard errors beyond which a difference is seldom chance


@dataclass(frozen=True, slots=True)
class Headline:
    """Who leads by how much, and the cautions to read it with."""

    lead: str
    cautions: tuple[str, ...] = ()


def headline(runs: Sequence[LabelledRun]) -> Headline:
    """Sum up the comparison of `runs`, of which some may be training, broken off or not started."""
    tested = [run for run in runs if run.state.tests]
    if not tested:
        return Headline(_no_result(runs))
    if len({_test_set(run) for run in tested}) > 1:
        labels = dict.fromkeys(run.state.data.label for run in tested if run.state.data)
        return Headline(
            "These runs were tested on different images: their accuracies cannot be compared.",
            (f"Data: {', '.join(labels)}.",),
        )
    results = comparable(tested)
    ranking = contestants(results)
    compared = {id(result.run) for result in results}
    left_out = [run for run in runs if id(run) not in compared]
    cautions = (*_on_data(results), *_on_chance(ranking), *_on_length(results), *_on_others(left_out))
    return Headline(_lead(ranking, results), cautions)


def _no_result(runs: Sequence[LabelledRun]) -> str:
    if not runs:
        return "There is nothing to compare yet: train (1), or mark runs in the list (4)."
    return "No run has been evaluated yet." if len(runs) > 1 else f"{runs[0].label}: not evaluated yet."


def _test_set(run: LabelledRun) -> tuple[str, str, int]:
    data = run.state.data
    return ("", "", 0) if data is None else (data.label, data.fingerprint, data.test_images)


def _lead(ranking: Sequence[Contestant], results: Sequence[Result]) -> str:
    """Say who is ahead, and after how many epochs."""
    words = _order(ranking) if len(ranking) > 1 else _alone(ranking[0])
    after = _after({result.epoch for result in results})
    if any(result.run.state.tests[-1].epoch != result.epoch for result in results):
        return f"{after.capitalize()}, the last that all have reached, {words}."
    so_far = any(not result.run.state.outcome.ended for result in results)
    return f"{words} {after}{', so far' if so_far else ''}."


def _alone(only: Contestant) -> str:
    share = number_format.percent(only.accuracy)
    if len(only.results) == 1:
        return f"{only.label}: {share} of the test images"
    low, high = map(number_format.percent, (min(only.accuracies), max(only.accuracies)))
    spread = f"the mean of {len(only.results)} runs from {low} to {high},"
    return f"{only.label}: {share} of the test images, {spread}"


def _order(ranking: Sequence[Contestant]) -> str:
    best, second, *_ = ranking
    if best.accuracy == second.accuracy:
        level = [_named(one) for one in ranking if one.accuracy == best.accuracy]
        return f"{'; '.join(level[:-1])} and {level[-1]} are level at {number_format.percent(best.accuracy)}"
    return f"{_named(best)} leads {_named(second)} by {_points(best.accuracy - second.accuracy)}"


def _named(one: Contestant) -> str:
    return one.label if len(one.results) == 1 else f"{one.label} (mean of {len(one.results)} runs)"


def _after(epochs: set[int]) -> str:
    if len(epochs) > 1:
        return f"after {min(epochs)} to {max(epochs)} epochs"
    (epoch,) = epochs
    return f"after {epoch} epoch{'s' if epoch > 1 else ''}"


def _points(difference: float) -> str:
    points = 100 * difference
    return f"{points:.1f} points" if points >= 0.1 else f"{points:.2f} points"  # noqa: PLR2004 - would read 0.0


def _on_data(results: Sequence[Result]) -> tuple[str, ...]:
    """Say where the images are not all of CIFAR-10."""
    data = results[0].run.state.data
    if data is not None and data.source == "demo":
        return ("Procedural demo set: it says nothing about CIFAR-10.",)
    configs = [result.run.state.started.config for result in results if result.run.state.started]
    limits = {config.limit_train for config in configs}
    if not limits - {None}:
        return ()
    limit, *others = limits
    part = f"{limit:,} images" if limit is not None and not others else "a part of the images"
    return (f"Trained on {part} only.",)


def _on_chance(ranking: Sequence[Contestant]) -> tuple[str, ...]:
    """Say how large a difference chance alone makes."""
    spreads = [max(one.accuracies) - min(one.accuracies) for one in ranking if len(one.results) > 1]
    if len(ranking) == 1:
        return ()
    if spreads:
        return (f"Runs that differ in nothing but their seed are up to {_points(max(spreads))} apart.",)
    best, second = (one.results[0] for one in ranking[:2])
    error = math.hypot(_error(best), _error(second))
    one_image = 1 / max(min(best.images, second.images), 1)
    doubt = math.ceil(max(_LEAST_CAUTION, 100 * one_image, 100 * _TWO_ERRORS * error))
    words = "a point" if doubt == 1 else f"{doubt} points"
    return (f"One seed each: differences under about {words} mean little.",)


def _error(result: Result) -> float:
    """Return the standard error of a test accuracy; not 0 where all images were predicted right or wrong."""
    share = (result.accuracy * result.images + 1) / (result.images + 2)
    return math.sqrt(share * (1 - share) / max(result.images, 1))


def _on_length(results: Sequence[Result]) -> tuple[str, ...]:
    """Say where some runs were to train for longer than others."""
    wanted = {result.run.state.started.config.epochs for result in results if result.run.state.started}
    if len(wanted) < 2:  # noqa: PLR2004 - one number of epochs is no difference
        return ()
    return (f"They were to train for {min(wanted)} to {max(wanted)} epochs.",)


def _on_others(left_out: Sequence[LabelledRun]) -> tuple[str, ...]:
    """Say which runs are not compared, and why."""
    others = "; ".join(f"{run.label} ({_standing(run)})" for run in left_out)
    return (f"Left out: {others}.",) if others else ()


def _standing(run: LabelledRun) -> str:
    """Say shortly how a run stands that is not compared."""
    evaluated = len(run.state.tests)
    if run.state.outcome is Outcome.WAITING:
        return "waiting"
    if run.state.outcome is Outcome.RUNNING:
        return "not evaluated yet"
    return f"{run.state.outcome} after {evaluated} epoch{'' if evaluated == 1 else 's'}"
