"""The report's table of results against the assignment's limits."""

from collections.abc import Iterable, Sequence

from core.report import markup
from core.report.comparison_section import accuracy_range
from core.results import number_format, table_notes
from core.results.comparison import RunFigures, Verdict, has_flip_averages, is_whole_cifar10
from core.results.known_images import identity_of
from core.results.labelled_runs import LabelledRun
from core.results.norm_text import layer_norm_notes
from core.results.outcome_text import group_words
from core.results.seed_groups import SeedGroup
from core.results.total_time import total_time
from core.runs.image_identity import ImageIdentity


def summary_section(groups: Sequence[SeedGroup], figures: Sequence[RunFigures]) -> tuple[str, ...]:
    """Return the table of results, a row a network, how to read it, and how long all took."""
    columns = [
        _column("Norm", (markup.escaped(group.label) for group in groups)),
        _column("Parameters", (number_format.count(own.parameters) for own in figures)),
        _column("Last epoch", (number_format.percent(own.last_accuracy) for own in figures)),
    ]
    reading = [table_notes.RESULT, table_notes.LIMITS_TEXT]
    reading += map(markup.escaped, layer_norm_notes(run for group in groups for run in group.runs))
    if any(len(group.runs) > 1 for group in groups):
        columns[1:1] = [_column("Seeds", map(_seeds, groups))]
        columns.append(_column("Lowest to highest seed", map(accuracy_range, groups)))
        reading.append(
            "Figures of several seeds are means over those that finished, or, while none has, over those "
            "that came furthest; the limits are met where every seed meets them."
        )
    if any(own.published is not None for own in figures):
        columns.append(_column("Published", (number_format.percent(own.published) for own in figures)))
        columns.append(
            _column("Difference", (number_format.points(own.against_published) for own in figures))
        )
        reading.append(
            "Published is the test accuracy of the published run after its epoch 20; " + _fairness(groups)
        )
    if has_flip_averages(figures):
        shares = (number_format.percent(own.flip_averaged_accuracy) for own in figures)
        columns.append(_column("Flip-averaged", shares))
        reading.append(table_notes.FLIP_AVERAGES)
    columns.append(_column("Limits", (limits_words(own.verdict) for own in figures)))
    states = ([run.state for run in group.runs] for group in groups)
    columns.append(_column("State", (markup.escaped(group_words(own)) for own in states)))
    header, *rows = zip(*columns, strict=True)
    table = markup.table(header, rows, left=(0, len(header) - 2, len(header) - 1))
    return "## Summary", table, *reading, *time_words([run for group in groups for run in group.runs])


def limits_words(verdict: Verdict) -> str:
    """Say shortly what the limits say of a run."""
    if verdict.met is None:
        return f"{number_format.NO_VALUE} ({verdict.words})"
    return f"✅ {verdict.words}" if verdict.met else f"❌ {verdict.words}"


def time_words(runs: Sequence[LabelledRun]) -> tuple[str, ...]:
    """Say how long `runs` took in all; nothing before an epoch has ended."""
    spent = total_time(run.state for run in runs)
    if not spent.seconds:
        return ()
    took, training, evaluation, wall = map(
        number_format.duration,
        (spent.seconds, spent.training_seconds, spent.evaluation_seconds, spent.wall_seconds),
    )
    together = f"The {len(runs)} runs" if len(runs) > 1 else "The run"
    words = (
        f"{together} took {took} of training and evaluation ({training} and {evaluation}), and {wall} by the "
        "clock, with imports, images and pauses."
    )
    shared = " Of runs that trained side by side, each counts the seconds that they shared."
    return (words + shared * any(run.state.side_by_side for run in runs),)


def _column(name: str, cells: Iterable[str]) -> tuple[str, ...]:
    return (name, *cells)


def _seeds(group: SeedGroup) -> str:
    counted, seeds = len(group.counted), len(group.runs)
    return f"{seeds}" if counted == seeds else f"{counted} of {seeds}"


def _fairness(groups: Sequence[SeedGroup]) -> str:
    """Say what the difference is in, and where the images are not quite those of the published run."""
    runs = [run for group in groups for run in group.runs]
    found = {identity_of(run.state.data) for run in runs if run.state.data and is_whole_cifar10(run.state)}
    if ImageIdentity.UNVERIFIED_COPY in found:
        read = " The published run read the original images, these runs read an unverified copy of them."
    elif ImageIdentity.JPEG_COPY in found:
        read = (
            " The published run read the original images, these runs read JPEG copies of them, which can "
            "cost a little accuracy."
        )
    else:
        read = ""
    return f"the difference is in percentage points.{read}"
