"""The sentences of a verdict; screens and reports have no others."""

from collections.abc import Iterator, Sequence
from typing import Final

from core.results import number_format
from core.results.contestants import Contestant, Result
from core.results.labelled_runs import LabelledRun
from core.results.outcome_text import times
from core.results.pair_verdict import Basis, PairVerdict
from core.results.significance import wilson_interval
from core.runs.run_state import Outcome

HOW_TESTED: Final = (
    "Several seeds are compared by their differences, seed by seed: an exact sign-flip permutation test and "
    "a BCa bootstrap interval of the mean difference; a difference is claimed where both agree. One seed "
    "each is compared image by image (McNemar's exact test), which speaks of these trained networks alone. "
    "The p-values are adjusted for the number of pairs (Holm, sharpened by Shaffer), so that of all "
    "comparisons without a true difference at most one in twenty ends in a claim."
)
_LEAST_P: Final = 0.001
_MOST_NAMES: Final = 3  # in one sentence


def without_result(runs: Sequence[LabelledRun]) -> str:
    """Say that there is nothing to compare, or not yet."""
    if not runs:
        return "There is nothing to compare yet: train (1), or mark runs in the list (4)."
    if all(run.state.outcome is Outcome.DIVERGED for run in runs):
        return "Every run diverged." if len(runs) > 1 else f"{runs[0].label}: diverged."
    return "No run has been evaluated yet." if len(runs) > 1 else f"{runs[0].label}: not evaluated yet."


def lead(
    ranking: Sequence[Contestant], results: Sequence[Result], pairs: Sequence[PairVerdict], best: str | None
) -> str:
    """Say in one sentence who is ahead, after how many epochs, and whether that is beyond luck."""
    words = _order(ranking, pairs, best) if pairs else _alone(ranking[0])
    after = _after({result.epoch for result in results})
    if any(result.run.state.tests[-1].epoch != result.epoch for result in results):
        return f"{after.capitalize()}, the last that all have reached: {words}."
    so_far = any(not result.run.state.outcome.ended for result in results)
    beginning = words[0].upper() if pairs else words[0]  # one run's name is written as it is
    return f"{beginning}{words[1:]} {after}{', so far' if so_far else ''}."


def on_pair(pair: PairVerdict) -> str:
    """Say whether the difference of two networks is beyond luck, and by which numbers."""
    names = f"{pair.ahead} and {pair.behind}"
    apart = f"{number_format.in_points(pair.difference)} apart"
    if pair.basis is Basis.NOTHING:
        return f"{names}: {apart}, not tested ({_why_untested(pair)})."
    if pair.basis is Basis.IMAGES:
        mine, others = f"{pair.only_ahead:,} by {pair.ahead}", f"{pair.only_behind:,} by {pair.behind}"
        alone = f"test images right by one alone: {mine}, {others} ({_p(pair)})"
        return f"{names}: {apart}; {alone}. {_on_images(pair)}"
    numbers = f"{apart} over {pair.seeds} seeds ({_interval(pair)}, {_p(pair)})"
    if pair.claimed:
        return f"{names}: {numbers}. {pair.ahead} is better, beyond luck."
    if pair.too_few_seeds:
        return f"{names}: {numbers}. Too few seeds: a claim takes {pair.seeds_needed} or more."
    return f"{names}: {numbers}. Too close to call."


def on_chance(ranking: Sequence[Contestant], pairs: Sequence[PairVerdict]) -> Iterator[str]:
    """Say what chance leaves open: other seeds, and other test images."""
    if any(pair.basis is Basis.IMAGES for pair in pairs):
        yield "One seed each: other seeds may order them otherwise."
    elif any(pair.basis is Basis.NOTHING for pair in pairs):
        yield "One seed each, and nothing to test the difference by."
    elif pairs:
        yield from _on_test_images(ranking)


def _on_test_images(ranking: Sequence[Contestant]) -> Iterator[str]:
    """Say what the number of test images leaves open, which no number of seeds makes smaller."""
    images = min(result.test.images for one in ranking for result in one.results)
    if images:
        interval = wilson_interval(ranking[0].accuracy * images, images)
        left_open = f"{number_format.plus_minus(interval.half_width)} open (95% interval)"
        yield f"{images:,} test images leave {left_open}, whatever the seeds."


def on_length(results: Sequence[Result]) -> Iterator[str]:
    """Say where some runs were to train for longer than others, or than was planned at first."""
    wanted = {result.run.state.config.epochs for result in results if result.run.state.config}
    if len(wanted) > 1:
        yield f"They were to train for {min(wanted)} to {max(wanted)} epochs."
    longer = [
        f"{result.run.label} (from epoch {first.planned + 1} on)"
        for result in results
        for first in result.run.state.lengthened[:1]
    ]
    if longer:
        yield f"Trained longer than planned, once their results were known: {_listed(longer)}."


def on_restarts(results: Sequence[Result]) -> Iterator[str]:
    """Say which runs have gone on at a lower rate than they were given."""
    halved = [
        f"{result.run.label} ({times(len(restarts))})"
        for result in results
        if (restarts := result.run.state.restarts)
    ]
    if halved:
        yield f"Diverged, and taken up again at half the rate: {_listed(halved)}."


def on_others(left_out: Sequence[LabelledRun]) -> tuple[str, ...]:
    """Say which runs are not compared, and why."""
    standings: dict[str, list[str]] = {}
    for run in left_out:
        standings.setdefault(_standing(run), []).append(run.label)
    others = "; ".join(
        f"{', '.join(labels)} ({words})" if len(labels) <= _MOST_NAMES else f"{len(labels)} runs ({words})"
        for words, labels in standings.items()
    )
    return (f"Left out: {others}.",) if others else ()


def _order(ranking: Sequence[Contestant], pairs: Sequence[PairVerdict], best: str | None) -> str:
    top = ranking[0]
    behind = {pair.behind: pair for pair in pairs if pair.ahead == top.label and pair.claimed}
    if best is not None:
        words = f"{best} is best{_of_networks(ranking)}, beyond luck"
    elif all(pair.too_few_seeds for pair in pairs):
        words = f"too few seeds to call, {pairs[0].seeds_needed} or more are needed"
    elif all(pair.basis is Basis.NOTHING for pair in pairs):
        words = "no verdict"
    elif not behind:
        words = "too close to call"
    else:
        close = [one.label for one in ranking if one.label not in behind]
        better = f"{top.label} is better than {_listed(list(behind))}, beyond luck"
        words = f"too close to call between {_listed(close)}, while {better}"
    return f"{words}: {_accuracies(ranking)}"


def _of_networks(ranking: Sequence[Contestant]) -> str:
    return "" if any(len(one.results) > 1 for one in ranking) else " of these networks"


def _accuracies(ranking: Sequence[Contestant]) -> str:
    named = [f"{one.label} {number_format.percent(one.accuracy)}" for one in ranking]
    comma = "; " if any("," in one.label for one in ranking) else ", "
    return f"{_listed(named, comma)}{_seeds(ranking)}"


def _listed(names: Sequence[str], comma: str = ", ") -> str:
    """Join names; of many the first ones, and how many more there are."""
    if len(names) > _MOST_NAMES + 1:
        return f"{comma.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} more"
    return " and ".join(filter(None, (comma.join(names[:-1]), names[-1])))


def _seeds(ranking: Sequence[Contestant]) -> str:
    counts = {len(one.results) for one in ranking}
    if counts == {1}:
        return ""
    words = str(counts.pop()) if len(counts) == 1 else f"{min(counts)} to {max(counts)}"
    return f", means of {words} seeds,"


def _alone(only: Contestant) -> str:
    share = number_format.percent(only.accuracy)
    if only.deviation is None:
        return f"{only.label}: {share} of the test images"
    spread = number_format.in_points(only.deviation, decimals=2)
    mean = f"the mean of {len(only.results)} seeds (standard deviation {spread}),"
    return f"{only.label}: {share} of the test images, {mean}"


def _after(epochs: set[int]) -> str:
    if len(epochs) > 1:
        return f"after {min(epochs)} to {max(epochs)} epochs"
    (epoch,) = epochs
    return f"after {epoch} epoch{'s' if epoch > 1 else ''}"


def _on_images(pair: PairVerdict) -> str:
    if pair.claimed:
        return f"Of these two networks {pair.ahead}'s is better, beyond the luck of the test images."
    return "Too close to call, even for these two networks."


def _why_untested(pair: PairVerdict) -> str:
    return (
        "no two seeds that both have" if pair.seeds == 0 else "one seed, without its answers image by image"
    )


def _interval(pair: PairVerdict) -> str:
    if pair.interval is None:
        return "no interval"
    low, high = (f"{100 * end:+.2f}" for end in (pair.interval.low, pair.interval.high))
    return f"95% interval {low} to {high}"


def _p(pair: PairVerdict) -> str:
    p = pair.adjusted_p or 0.0
    return "p < 0.001" if p < _LEAST_P else f"p = {p:.2g}"


def _standing(run: LabelledRun) -> str:
    """Say shortly how a run stands that is not compared."""
    evaluated = len(run.state.tests)
    if run.state.outcome is Outcome.WAITING:
        return "waiting"
    if run.state.outcome is Outcome.RUNNING:
        return "training" if evaluated else "not evaluated yet"
    return f"{run.state.outcome} after {evaluated} epoch{'' if evaluated == 1 else 's'}"
