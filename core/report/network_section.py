"""The report's part on one network: its seeds, its layers, its epochs, its mistakes."""

from collections.abc import Iterator

from core.report import markup
from core.report.classes_section import classes, misclassified_images, picture_link
from core.report.epoch_log import epoch_log, seed_name
from core.report.picture_plan import Picture, PictureKind, group_pictures
from core.report.summary_section import limits_words
from core.results import number_format
from core.results.comparison import run_figures
from core.results.labelled_runs import LabelledRun
from core.results.model_table import model_table
from core.results.outcome_text import group_words, outcome_words
from core.results.seed_groups import SeedGroup
from core.results.total_time import total_time
from core.runs.life_events import RunFailed, RunLost
from core.runs.run_state import Outcome


def network_section(group: SeedGroup, folder: str) -> tuple[str, ...]:
    """Return the section's blocks; its pictures are in `folder`, an address relative to the report's."""
    opening = (f"## {markup.escaped(group.heading)}", *_states(group))
    if all(run.state.outcome is Outcome.WAITING for run in group.runs):
        return opening
    pictures = {picture.kind: picture for picture in group_pictures(group)}
    return (
        *opening,
        *(block for run in group.runs for block in _failure_details(run, named=len(group.runs) > 1)),
        *_layers(group),
        *epoch_log(group),
        *_curves(group, pictures.get(PictureKind.CURVES), folder),
        *misclassified_images(group, pictures.get(PictureKind.MISCLASSIFIED), folder),
        *classes(group, pictures.get(PictureKind.CONFUSION), folder),
    )


def _states(group: SeedGroup) -> Iterator[str]:
    """Yield how the only run stands, or the table of seeds."""
    if len(group.runs) == 1:
        yield f"State: {markup.escaped(outcome_words(group.runs[0].state))}{_time_words(group.runs[0])}"
        return
    yield f"{len(group.runs)} seeds: {markup.escaped(group_words([run.state for run in group.runs]))}."
    shared = ", shared" * any(run.state.side_by_side for run in group.runs)
    header = (
        *(
            "Seed",
            "Test accuracy",
            "Test loss",
            "Training accuracy",
            f"Seconds an epoch{shared}",
            "In all",
            "By the clock",
        ),
        *("Limits", "State"),
    )
    yield markup.table(header, map(_seed_row, group.runs), left=(0, len(header) - 2, len(header) - 1))


def _time_words(run: LabelledRun) -> str:
    spent = total_time([run.state])
    if not spent.seconds:
        return ""
    took, wall = map(number_format.duration, (spent.seconds, spent.wall_seconds))
    shared = " beside other runs" * run.state.side_by_side
    return f"; {took} of training and evaluation{shared}, {wall} by the clock"


def _seed_row(run: LabelledRun) -> list[str]:
    figures, spent = run_figures(run), total_time([run.state])
    epoch = (
        None
        if figures.training_seconds is None
        else figures.training_seconds + (figures.evaluation_seconds or 0)
    )
    return [
        seed_name(run).removeprefix("seed "),
        number_format.percent(figures.last_accuracy),
        number_format.loss(figures.test_loss),
        number_format.percent(figures.train_accuracy),
        number_format.seconds(epoch),
        *(number_format.duration(seconds or None) for seconds in (spent.seconds, spent.wall_seconds)),
        limits_words(figures.verdict),
        markup.escaped(outcome_words(run.state)),
    ]


def _failure_details(run: LabelledRun, *, named: bool) -> Iterator[str]:
    """Yield what a run that broke off left behind; `named` where the section has other runs, too."""
    state, owner = run.state, f", {seed_name(run)}" if named else ""
    if isinstance(state.end, RunLost) and state.outcome is Outcome.LOST:
        tail = state.end.stderr_tail.strip()
        words = "The end of what its process wrote to standard error" if tail else "It wrote no error"
        yield f"{words}{owner}{':' if tail else '.'}"
        if tail:
            yield markup.code_block(tail)
    if isinstance(state.end, RunFailed) and state.outcome is Outcome.FAILED and state.end.traceback:
        yield markup.details(f"Traceback{owner}", markup.code_block(state.end.traceback))


def _layers(group: SeedGroup) -> Iterator[str]:
    model = next((run.state.model for run in group.runs if run.state.model), None)
    if model is None:
        under_way = any(run.state.outcome is Outcome.RUNNING for run in group.runs)
        yield "The network has not been built yet." if under_way else "No network is recorded."
    else:
        yield "### Network"
        yield markup.code_block(model_table(model))


def _curves(group: SeedGroup, picture: Picture | None, folder: str) -> Iterator[str]:
    if picture is None:
        return
    yield picture_link(picture, folder)
    if len(group.counted) > 1:
        yield (
            f"The lines are means of {len(group.counted)} seeds, the bands reach from the lowest to the "
            "highest seed, and the faint lines are single seeds."
        )
