"""Which of several settings is better by a quantity, and whether that is more than luck: paired by seed."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from statistics import fmean, stdev
from typing import Final

from core.results.significance import (
    ALPHA,
    Interval,
    bca_interval,
    holm,
    seeds_needed,
    shaffer,
    sign_flip_p,
)
from core.runs.run_state import Outcome
from core.tracking.tracked_run import TrackedRun

_LEAST_SEEDS: Final = 2
_SEED_SETTING: Final = re.compile(r"(?:^|[/._-])(?:random_|manual_)?seed$", re.IGNORECASE)
_SEED_IN_NAME: Final = re.compile(r"[-_/ ,]*\bseed[-_= ]?(\d+)$|[-_/]s(\d+)$", re.IGNORECASE)
_LOSSES: Final = ("loss", "error", "perplexity", "rmse", "mse", "mae")
_LOSSES_IN_SHORT: Final = re.compile(r"(?:^|[^a-z])(?:err|nll|ppl|wer|cer|fid|bpb|bpc)(?:$|[^a-z])")
_WANTED: Final = ("val", "test", "eval", "valid")
_BROKEN: Final = frozenset({Outcome.FAILED, Outcome.LOST, Outcome.STOPPED, Outcome.DIVERGED, Outcome.RUNNING})
_NUMBER_IN_NAME: Final = re.compile(r"-\d+$| \(\d+\)$")  # of a name that there was already
_MOST_VALUE: Final = 1e100  # beyond it, neither a mean nor an interval can be computed
_MOST_PAIRED: Final = 25  # settings: their pairs take seconds, and every one more costs each its power


class Goal(StrEnum):
    """Whether more of a quantity is better, or less."""

    MOST = "most"
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class Setting:
    """Runs that differ in nothing but their seed, and each seed's last value; `label` is what they share."""

    label: str
    by_seed: Mapping[str, float]

    @property
    def mean(self) -> float:
        """Mean over the seeds."""
        return fmean(self.by_seed.values())

    @property
    def deviation(self) -> float | None:
        """Standard deviation over the seeds; None of one."""
        return stdev(self.by_seed.values()) if len(self.by_seed) > 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two settings, the better one first; `difference` is the mean over the `seeds` that both have.

    The rest is as in `core.results.pair_verdict`; there is no test where fewer than two seeds are shared.
    """

    ahead: str
    behind: str
    difference: float
    seeds: int
    p: float | None = None
    adjusted_p: float | None = None
    interval: Interval | None = None
    seeds_needed: int = 0

    @property
    def claimed(self) -> bool:
        """Tell whether the first is better beyond luck."""
        tested = self.adjusted_p is not None and self.adjusted_p <= ALPHA
        return tested and self.interval is not None and self.interval.excludes_zero


@dataclass(frozen=True, slots=True)
class Verdict:
    """All settings by the last values of `tag`, the best first, and every pair of them.

    `left_out` are runs that have no such value, or have not finished while others have. Of more than 25
    settings there are no pairs.
    """

    tag: str
    goal: Goal
    settings: tuple[Setting, ...]
    pairs: tuple[Pair, ...]
    left_out: tuple[str, ...]


def judged(runs: Sequence[TrackedRun], tag: str, goal: Goal | None = None) -> Verdict:
    """Judge `runs` by the last value that each has of `tag`; imports scipy where seeds are to be compared."""
    goal = goal or goal_of(tag)
    valued = [run for run in runs if tag in run.series and abs(run.series[tag].last) <= _MOST_VALUE]
    whole = [run for run in valued if run.outcome not in _BROKEN]
    counted = whole if len(whole) > 1 else valued
    groups: dict[tuple[object, ...], list[tuple[_Kind, TrackedRun]]] = {}
    for run in counted:
        kind = _kind_of(run)
        groups.setdefault(kind.key, []).append((kind, run))
    parts = [part for members in groups.values() for part in _by_name(members)]
    settings = _told_apart([_setting(members, tag) for members in parts])
    settings.sort(key=lambda setting: setting.mean, reverse=goal is Goal.MOST)
    left_out = tuple(run.name for run in runs if run not in counted)
    pairs = _pairs(settings, goal) if len(settings) <= _MOST_PAIRED else ()
    return Verdict(tag, goal, tuple(settings), pairs, left_out)


def _by_name(members: "Sequence[tuple[_Kind, TrackedRun]]") -> "list[list[tuple[_Kind, TrackedRun]]]":
    """Part runs of the same settings by their names, where these mean something: "vgg-s0" and "resnet-s0".

    They do where several share one, or where a seed comes twice; names such as a tracker's random ones do
    not.
    """
    parts: dict[str, list[tuple[_Kind, TrackedRun]]] = {}
    for kind, run in members:
        parts.setdefault(_NUMBER_IN_NAME.sub("", kind.name), []).append((kind, run))
    once = len(parts) == len(members) and len({kind.seed for kind, _ in members}) == len(members)
    return [list(members)] if once else list(parts.values())


def _setting(members: "Sequence[tuple[_Kind, TrackedRun]]", tag: str) -> Setting:
    by_seed: dict[str, float] = {}
    for kind, run in members:
        seed = kind.seed if kind.seed not in by_seed else f"{kind.seed}, again as {run.name}"
        by_seed[seed] = run.series[tag].last
    return Setting(_shared([kind.name for kind, _ in members]), by_seed)


def _told_apart(settings: Sequence[Setting]) -> list[Setting]:
    """Give a number to each that would be called as one before it."""
    labels = [setting.label for setting in settings]
    numbers = [labels[:at].count(label) + 1 for at, label in enumerate(labels)]
    return [
        setting if number == 1 else replace(setting, label=f"{setting.label} ({number})")
        for setting, number in zip(settings, numbers, strict=True)
    ]


def goal_of(tag: str) -> Goal:
    """Return what is wanted of a quantity, by its name."""
    name = tag.rpartition("/")[2].lower()
    less = any(word in name for word in _LOSSES) or _LOSSES_IN_SHORT.search(name)
    return Goal.LEAST if less else Goal.MOST


def wanted_tag(runs: Sequence[TrackedRun]) -> str | None:
    """Return the tag that runs are most likely to be judged by: an accuracy of unseen data, else a loss."""
    tags = list(dict.fromkeys(tag for run in runs for tag in run.series))
    return min(tags, key=_rank, default=None)


def _rank(tag: str) -> tuple[bool, bool, bool]:
    unseen = any(word in tag.lower() for word in _WANTED)
    accuracy, loss = "acc" in tag.lower(), goal_of(tag) is Goal.LEAST
    return not unseen, not accuracy, not loss


@dataclass(frozen=True, slots=True)
class _Kind:
    """A run's seed, its name without that, and what tells it from all that are no other seed of it."""

    seed: str
    name: str
    key: tuple[object, ...]


def _kind_of(run: TrackedRun) -> _Kind:
    settings = tuple(sorted((name, v) for name, v in run.config.items() if not _SEED_SETTING.search(name)))
    seeds = [value for name, value in run.config.items() if _SEED_SETTING.search(name)]
    if seeds:
        seed = ", ".join(seeds)
        plain = re.sub(
            rf"[-_/ ,]+(?:seed[-_= ]?|s)?{re.escape(seeds[0])}$", "", run.name, flags=re.IGNORECASE
        )
        return _Kind(seed, plain, settings or (plain,))
    named = _SEED_IN_NAME.search(run.name)
    seed = next(filter(None, named.groups()), "0") if named else "0"
    plain = _SEED_IN_NAME.sub("", run.name)
    return _Kind(seed, plain, (plain, settings))


def _shared(names: Sequence[str]) -> str:
    """Return what the names of one setting's runs begin with; the first where that is nothing."""
    return os.path.commonprefix(names).rstrip("-_/ ,(") or names[0]  # noqa: RUF071 - names are no paths


def _pairs(settings: Sequence[Setting], goal: Goal) -> tuple[Pair, ...]:
    pairs = [_pair(first, second, goal) for first, second in combinations(settings, 2)]
    p_values = [pair.p for pair in pairs if pair.p is not None]
    whole = len(p_values) == len(pairs)
    adjusted = iter(shaffer(p_values, len(settings)) if whole and pairs else holm(p_values))
    needed = seeds_needed(len(p_values)) if p_values else 0
    return tuple(
        pair if pair.p is None else replace(pair, adjusted_p=next(adjusted), seeds_needed=needed)
        for pair in pairs
    )


def _pair(first: Setting, second: Setting, goal: Goal) -> Pair:
    shared = [seed for seed in first.by_seed if seed in second.by_seed]
    differences = [first.by_seed[seed] - second.by_seed[seed] for seed in shared]
    better = 1 if goal is Goal.MOST else -1
    if len(shared) < _LEAST_SEEDS:
        return Pair(
            ahead=first.label,
            behind=second.label,
            difference=better * (first.mean - second.mean),
            seeds=len(shared),
        )
    ahead, behind = first.label, second.label
    gains = [better * difference for difference in differences]
    if fmean(gains) < 0:  # the shared seeds say otherwise than all of them
        ahead, behind, gains = behind, ahead, [-gain for gain in gains]
    return Pair(
        ahead=ahead,
        behind=behind,
        difference=fmean(gains),
        seeds=len(shared),
        p=sign_flip_p(gains),
        interval=bca_interval(gains),
    )
