"""What the measured numbers say of the normalizations: a finding a paragraph, each traceable to a table."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from core.config.presets import LIMITS
from core.report import markup
from core.results import number_format
from core.results.class_differences import ClassDifference, class_differences
from core.results.comparison import RunFigures
from core.results.contestants import Contestant
from core.results.missed_images import missed_images
from core.results.significance import seeds_needed
from core.results.study_verdict import StudyVerdict
from core.results.time_to_limit import TimeToLimit, time_to_limit

_SHARED = " Runs that trained side by side shared the machine: their seconds are no comparison."
_MOST_PAIRS = 10  # of classes; more pairs of networks are in the JSON
_MOST_CLASSES = 10  # in which two networks differ


def findings_section(figures: Sequence[RunFigures], verdict: StudyVerdict) -> tuple[str, ...]:
    """Return the findings on networks that were evaluated; nothing before that."""
    ranking = verdict.ranking
    if not ranking:
        return ()
    findings = (
        ("Accuracy", markup.escaped(verdict.lead)),
        ("Generalization", _generalization(figures)),
        (f"Speed to {number_format.percent(LIMITS.accuracy, 0)}", _speed(ranking, figures)),
        ("Classes", _classes(ranking)),
        ("Hard images", _missed(ranking)),
        ("Size and time", _size_and_time(figures)),
        ("What would make it firmer", _firmer(verdict, figures)),
    )
    return "## Findings", "\n".join(f"- {name}: {text}" for name, text in findings if text)


def _generalization(figures: Sequence[RunFigures]) -> str:
    known = [own for own in figures if own.gap is not None]
    if not known:
        return ""
    gaps = [f"{markup.escaped(own.label)} {number_format.points(own.gap)}" for own in known]
    return (
        "training minus test accuracy after the last epoch is, in points, "
        f"{markup.listed(gaps)}. Where it is near zero or below, training figures tell of no overfitting."
    )


def _speed(ranking: Sequence[Contestant], figures: Sequence[RunFigures]) -> str:
    times = [time_to_limit(one) for one in ranking]
    told = any(time.seconds is not None for time in times)
    return f"{'; '.join(map(_reached, times))}.{_caution(figures) * told}"


def _reached(time: TimeToLimit) -> str:
    label = markup.escaped(time.label)
    if time.epochs is None or time.seconds is None:
        return f"{label} never reached it"
    words = f"{label} after epoch {time.epochs:g} and {number_format.duration(time.seconds)}"
    if time.seeds == 1:
        return words
    each = (
        f"each after epoch {time.soonest}"
        if time.soonest == time.latest
        else f"from epoch {time.soonest} to {time.latest}"
    )
    return f"{words} (median of the {time.reached} of {time.seeds} seeds that did, {each})"


def _classes(ranking: Sequence[Contestant]) -> str:
    pairs = list(combinations(ranking, 2))[:_MOST_PAIRS]
    told = [(first, second, class_differences(first, second)) for first, second in pairs]
    tested = [(first, second, classes) for first, second, classes in told if classes]
    if not tested:
        return ""
    words = [_on_classes(*one) for one in tested]
    return f"{'; '.join(words)}. Adjusted over the classes of each pair (Holm){_too_few(tested)}."


def _on_classes(first: Contestant, second: Contestant, classes: Sequence[ClassDifference]) -> str:
    names = f"{markup.escaped(first.label)} and {markup.escaped(second.label)}"
    found = [one for one in classes if one.claimed]
    if not found:
        return f"{names} differ beyond luck in no single class"
    many = len(found) > _MOST_CLASSES
    most = sorted(found, key=lambda one: -abs(one.difference))[: _MOST_CLASSES - 1] if many else found
    told = [f"{markup.escaped(one.class_name)} ({number_format.points(one.difference)})" for one in most]
    more = [f"{len(found) - len(most)} others"] * many
    return f"{names} differ beyond luck in {markup.listed([*told, *more])}"


def _too_few(tested: Sequence[tuple[Contestant, Contestant, Sequence[ClassDifference]]]) -> str:
    first, second, classes = tested[0]
    needed, seeds = seeds_needed(len(classes)), len(first.shared_seeds(second))
    if seeds == 1 or seeds >= needed:
        return ""
    return f"; with {seeds} seeds no class can: over {len(classes):,} classes a claim takes {needed}"


def _missed(ranking: Sequence[Contestant]) -> str:
    found = missed_images([result for one in ranking for result in one.results])
    if found is None or found.runs == 1:
        return ""
    return (
        f"of {found.images:,} test images all {found.runs} runs miss {found.missed:,} and all have "
        f"{found.right:,} right."
    )


def _size_and_time(figures: Sequence[RunFigures]) -> str:
    own = [
        f"{markup.escaped(one.label)} {number_format.count(one.parameters)} parameters, "
        f"{number_format.seconds(one.training_seconds)} s to train an epoch"
        for one in figures
    ]
    return f"{'; '.join(own)}.{_caution(figures)}"


def _caution(figures: Sequence[RunFigures]) -> str:
    return _SHARED * any(own.side_by_side for own in figures)


def _firmer(verdict: StudyVerdict, figures: Sequence[RunFigures]) -> str:
    return " ".join(_wishes(verdict, figures))


def _wishes(verdict: StudyVerdict, figures: Sequence[RunFigures]) -> Iterator[str]:
    seeds = min(len(one.results) for one in verdict.ranking)
    needed = seeds_needed(len(verdict.pairs)) if verdict.pairs else 0
    if needed > seeds:
        yield f"{needed} seeds or more (`--seeds {needed}`): a claim takes as many, and there were {seeds}."
    elif any(not pair.claimed for pair in verdict.pairs):
        yield "More seeds: what is too close to call with these may show with more."
    left_open = verdict.standings[0].test_set_interval
    if verdict.pairs and left_open is not None:
        images = min(standing.test_images for standing in verdict.standings)
        width = number_format.plus_minus(left_open.half_width)
        yield f"More test images than {images:,}: they leave {width} (95% interval) open, to all seeds alike."
    if any(own.epochs_wanted is not None and own.epochs_wanted < LIMITS.epochs for own in figures):
        yield f"All {LIMITS.epochs} epochs: a shorter schedule can order the norms otherwise."
