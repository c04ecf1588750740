"""What every network takes the watched test images for, in words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.results import number_format
from core.results.labelled_runs import LabelledRun, label_runs
from core.results.seed_groups import SeedGroup, seed_groups
from core.runs.evidence_events import WatchedImage, WatchedShown
from core.runs.run_state import RunState
from tui.charts.ink import PLAIN, QUIET, Ink, Line, Piece
from tui.charts.picture_strip import Captioned
from tui.charts.short_names import told_apart
from tui.charts.signs import Signs

_RIGHT: Final = Ink("success")
_WRONG: Final = Ink("error")
_TITLE: Final = "test images"
_KEYS: Final = (
    "✓ right, how sure  ✗ what it says",
    "ok: right, how sure  else what it says",
)  # the latter in ASCII


@dataclass(frozen=True, slots=True)
class Watched:
    """The images `shown`, and the networks that look at them, each with all its seeds a group.

    Runs on other images are left out.
    """

    shown: WatchedShown
    groups: tuple[SeedGroup, ...]

    @property
    def lines(self) -> int:
        """How many lines of words there are below each image: what it is, and each group's answer."""
        return 1 + len(self.groups)

    @property
    def classes(self) -> int:
        """How many classes the images have, of which one each is watched, or the first ones'."""
        told = (run.state.class_count for group in self.groups for run in group.runs)
        return max((len(self.shown.images), *filter(None, told)))


def watched_by(runs: Sequence[RunState]) -> Watched | None:
    """Return the images that the first of `runs` to show any has shown; None where none has yet."""
    shown = next((run.watched for run in runs if run.watched is not None), None)
    if shown is None:
        return None
    alike = [run for run in runs if run.watched in (None, shown)]
    return Watched(shown, seed_groups(label_runs(alike)))


def title(watched: Watched, shown: int, signs: Signs) -> Line:
    """Name the groups, each by its mark; one network that has answered with the epoch it did so after.

    Of more classes than the `shown` images are of, say how many.
    """
    shared, names = told_apart([group.label for group in watched.groups])
    few = f" of {shown} of {watched.classes:,} classes" if 0 < shown < watched.classes else ""
    pieces = [Piece(f"{_TITLE}{few}{f', {shared}' if shared else ''}", PLAIN)]
    for group, name in zip(watched.groups, names, strict=True):
        epoch = next((r.epoch for r in reversed(group.runs[0].state.epochs) if r.watched), None)
        after = f" after {epoch}" if epoch and len(group.runs) == 1 else ""
        pieces.append(Piece(f"  {_mark(group, signs)} {name}{after}", Ink(group.style.colour.name)))
    return tuple(pieces)


def key(watched: Watched, signs: Signs) -> str:
    """Say what stands below the images."""
    if any(len(group.runs) > 1 for group in watched.groups):
        return "how many seeds are right, and what most others say"
    return _KEYS[signs.ascii_only]


def captioned(watched: Watched, signs: Signs) -> tuple[Captioned, ...]:
    """Write below each image what it is, and what each group takes it for."""
    names = next(
        (run for group in watched.groups for run in group.runs if run.state.data is not None),
        watched.groups[0].runs[0],
    )
    return tuple(
        Captioned(
            image.png,
            (
                ((Piece(names.class_name(image.true_class), PLAIN),),),
                *(_answer(group, number, image, signs) for group in watched.groups),
            ),
        )
        for number, image in enumerate(watched.shown.images)
    )


def _answer(group: SeedGroup, number: int, image: WatchedImage, signs: Signs) -> tuple[Line, ...]:
    """Write a group's answer to the image `number`, the longest way first."""
    mark = Piece(_mark(group, signs), Ink(group.style.colour.name))
    told = [run for run in group.runs if number < len(run.state.watched_answers)]
    if not told:
        return ((mark, Piece(f" {number_format.NO_VALUE}", QUIET)),)
    if len(group.runs) > 1:
        return _seeds_answer(mark, told, number, image, signs)
    answer = told[0].state.watched_answers[number]
    sure = Piece(f" {number_format.percent(answer.confidence, 0)}", QUIET)
    if answer.predicted_class == image.true_class:
        return ((mark, _sign(signs, right=True), sure),)
    name = Piece(f" {told[0].class_name(answer.predicted_class)}", PLAIN)
    line = (mark, _sign(signs, right=False), name)
    return (*line, sure), line


def _seeds_answer(
    mark: Piece, told: Sequence[LabelledRun], number: int, image: WatchedImage, signs: Signs
) -> tuple[Line, ...]:
    """Write how many of a network's seeds are right, and what most of the others say."""
    said = Counter(run.state.watched_answers[number].predicted_class for run in told)
    right = said.pop(image.true_class, 0)
    share = Piece(f" {right}/{len(told)}", PLAIN)
    if not said:
        return ((mark, _sign(signs, right=True), share),)
    most, _ = said.most_common(1)[0]
    line = (mark, _sign(signs, right=False) if not right else Piece(" ", PLAIN), share)
    return (*line, Piece(f" {told[0].class_name(most)}", QUIET)), line


def _sign(signs: Signs, *, right: bool) -> Piece:
    """Return what tells a right answer from a wrong one; in ASCII a cross would look like some run's mark."""
    if signs.ascii_only:
        return Piece(" ok" if right else "", _RIGHT)
    return Piece("✓" if right else "✗", _RIGHT if right else _WRONG)


def _mark(group: SeedGroup, signs: Signs) -> str:
    return group.style.shape.ascii_mark if signs.ascii_only else group.style.shape.mark
