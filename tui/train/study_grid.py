"""A study while it trains, as a table: a run is chosen in it by a click or the arrow keys."""

from dataclasses import dataclass

from textual.content import Content
from textual.events import Click
from textual.reactive import var
from textual.widgets import Static

from core.results.outcome_text import outcome_words
from tui.train.run_clicked import RunClicked
from tui.train.run_view import RunView
from tui.train.study import Study
from tui.train.study_cell import cell_content, spread_lines, spread_of
from tui.train.study_table import Fit, fitted

_CHOSEN = "on $primary 25%"
_QUIET = "$foreground 60%"
_BESIDE_TITLE = 4  # columns of a border that Textual keeps for itself


@dataclass(frozen=True, slots=True)
class StudyView:
    """A study, its runs in the suite's order, the number of the chosen one, and how far it all is."""

    study: Study
    runs: tuple[RunView, ...]
    chosen: int
    progress: str


class StudyGrid(Static, can_focus=True):
    """Shows every run as a cell, and below each group what its finished runs come to.

    Its lower border tells of the chosen run, unless a card does.
    """

    ALLOW_SELECT = False
    tells_of_chosen = var(default=True)

    def __init__(self) -> None:
        super().__init__(id="grid", classes="frame", markup=False)
        self._view: StudyView | None = None
        self._fit: Fit | None = None

    def show(self, view: StudyView) -> None:
        """Draw `view`, where it is another one."""
        if view != self._view:
            self._view = view
            self._draw()

    def watch_tells_of_chosen(self) -> None:
        """Draw the border anew."""
        self._draw()

    def on_resize(self) -> None:
        """Use the new room."""
        self._draw()

    def on_click(self, event: Click) -> None:
        """Choose the run under the mouse."""
        place = event.get_content_offset(self)
        if place is not None and self._view is not None and self._fit is not None:
            run = self._fit.run_at(self._view.study, place.x, place.y)
            if run is not None:
                self.post_message(RunClicked(run))

    def _draw(self) -> None:
        width, height = self.content_size
        if self._view is None or not height:
            return
        view = self._view
        self._fit = fitted(view.study, longest(view.runs), width, height, view.chosen)
        self.border_title = view.progress
        room = width + 2 - _BESIDE_TITLE
        self.border_subtitle = _about_chosen(view, room) if self.tells_of_chosen else ""
        self.update(Content("\n").join(_lines(view, self._fit)))


def longest(runs: tuple[RunView, ...]) -> int:
    """Return the epochs of the run that has most of them."""
    return max(view.config.epochs for view in runs)


def _about_chosen(view: StudyView, width: int) -> str:
    """Say how the chosen run stands, as fully as there is room for."""
    chosen, label = view.runs[view.chosen], view.study.labels[view.chosen]
    run, words = chosen.run, chosen.state_words
    if run.outcome.is_bad and not chosen.queued:
        words = f"{run.outcome}: {outcome_words(run).partition(': ')[2]}"
    elif run.last_accuracy is not None and run.best_accuracy is not None:
        words = f"{words} {run.last_accuracy:.2%}"
        whole = f"{label}: {words} best {run.best_accuracy:.2%}"
        if len(whole) <= width:
            return whole
    named = f"{label}: {words}"
    return named if len(named) <= width else words


def _lines(view: StudyView, fit: Fit) -> list[Content]:
    """Write the table: heads, a line a seed, what each group comes to, and what is not shown."""
    study = view.study
    columns = [study.columns[column] for column in fit.columns]
    heads = [
        [head[line] if line < len(head) else "" for head in fit.heads] for line in range(fit.lines_above)
    ]
    lines = [
        Content.assemble(
            (f"{'' if line < fit.lines_above - 1 else 'seed':<{fit.left}}", _QUIET),
            *(
                (f" {part:<{fit.cell}}", f"bold ${column.colour}")
                for part, column in zip(parts, columns, strict=True)
            ),
        )
        for line, parts in enumerate(heads)
    ]
    lines += [_seed_line(view, fit, row) for row in fit.rows]
    spreads = [spread_of([view.runs[run].run for run in study.runs_in(column)]) for column in fit.columns]
    parts = zip(*(spread_lines(spread, fit.room) for spread in spreads), strict=True)
    for name, line in zip(fit.summary, parts, strict=False):
        figures = "".join(f" {figure:>{fit.cell}}" for figure in line)
        lines.append(Content.assemble((f"{name:<{fit.left}}", _QUIET), (figures, "bold")))
    return [*lines, Content.styled(fit.more, "$warning")] if fit.more else lines


def _seed_line(view: StudyView, fit: Fit, row: int) -> Content:
    parts = [Content.styled(f"{view.study.seeds[row]:>{fit.left}}", _QUIET)]
    for column in fit.columns:
        run = view.study.places[row][column]
        if run is None:
            parts.append(Content(" " * (fit.cell + 1)))
            continue
        cell = cell_content(view.runs[run], fit.room, fit.cell)
        chosen = run == view.chosen
        parts.append(Content("▸" if chosen else " "))
        parts.append(cell.stylize(_CHOSEN) if chosen else cell)
    return Content("").join(parts)
