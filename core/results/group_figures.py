"""The figures of one network over its seeds: means, in the form of a single run's."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from statistics import fmean

from core.results.comparison import RunFigures, Verdict, run_figures
from core.results.seed_groups import SeedGroup


def group_figures(group: SeedGroup) -> RunFigures:
    """Return the figures of a group's only run, or the means over the runs that count.

    The best epoch is each run's own, so of several there is none.
    """
    figures = [run_figures(run) for run in group.counted or group.runs[:1]]
    named = replace(figures[0], label=group.label, verdict=_verdict(group))
    return named if len(figures) == 1 else _with_means(named, figures)


def _with_means(named: RunFigures, figures: Sequence[RunFigures]) -> RunFigures:
    def mean(read: Callable[[RunFigures], float | None]) -> float | None:
        values = [value for run in figures if (value := read(run)) is not None]
        return fmean(values) if len(values) == len(figures) else None

    return replace(
        named,
        last_accuracy=mean(lambda run: run.last_accuracy),
        flip_averaged_accuracy=mean(lambda run: run.flip_averaged_accuracy),
        best_epoch=None,
        best_accuracy=mean(lambda run: run.best_accuracy),
        train_accuracy=mean(lambda run: run.train_accuracy),
        train_loss=mean(lambda run: run.train_loss),
        test_loss=mean(lambda run: run.test_loss),
        training_seconds=mean(lambda run: run.training_seconds),
        evaluation_seconds=mean(lambda run: run.evaluation_seconds),
        images_a_second=mean(lambda run: run.images_a_second),
        side_by_side=any(run.side_by_side for run in figures),
    )


def _verdict(group: SeedGroup) -> Verdict:
    """Return what the limits say of all runs of the group: they are met where each run meets them."""
    verdicts = [run_figures(run).verdict for run in group.runs]
    if len(set(verdicts)) == 1:
        return verdicts[0]
    note = next((verdict.note for verdict in verdicts if verdict.note), "")
    broken = [verdict for verdict in verdicts if verdict.met is False]
    if broken:
        return Verdict(met=False, reasons=_shared_reasons(broken, of=len(verdicts)), note=note)
    undecided = sum(verdict.met is None for verdict in verdicts)
    if not undecided:
        return Verdict(met=True, note=note)
    return Verdict(met=None, reasons=(f"open for {undecided} of {len(verdicts)} seeds",))


def _shared_reasons(broken: Sequence[Verdict], of: int) -> tuple[str, ...]:
    """Return each reason that all have, and of others how many have it: "under 70%: 2 of 8 seeds"."""
    by_limit: dict[str, list[str]] = {}
    for reason in chain.from_iterable(verdict.reasons for verdict in broken):
        by_limit.setdefault(reason.rpartition(": ")[2], []).append(reason)
    return tuple(
        own[0] if len(own) == of and len(set(own)) == 1 else f"{limit}: {len(own)} of {of} seeds"
        for limit, own in by_limit.items()
    )
