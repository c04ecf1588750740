"""A card a variant: what it is busy with, and how well it does so far."""

from textual.content import Content
from textual.widgets import Static

from core.config.presets import LIMITS, Norm
from core.results.outcome_text import outcome_words
from core.runs.run_state import RunState
from tui.train.run_clicked import RunClicked
from tui.train.run_view import RunView

_ROOMY = 25  # columns for "test 12.34% best 12.34%"


class VariantCard(Static):
    """Shows one run of the open suite; a click chooses it."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(classes="card", markup=False)
        self._number = 0
        self._view: RunView | None = None

    def on_click(self) -> None:
        """Say which run was chosen."""
        self.post_message(RunClicked(self._number))

    def on_resize(self) -> None:
        """Use the new room."""
        self._draw()

    def show(self, number: int, view: RunView, title: str, *, chosen: bool) -> None:
        """Draw the suite's run `number`, where it stands otherwise than before."""
        self.border_title = f"{'▸ ' if chosen else ''}{title}"
        self.set_class(chosen, "-chosen")
        if view != self._view:
            self._number, self._view = number, view
            for norm in Norm:
                self.set_class(norm is view.config.norm, f"norm-{norm}")
            self._draw()

    def _draw(self) -> None:
        if self._view is None or not self.content_size.height:
            return
        roomy = self.content_size.width >= _ROOMY
        lines = [
            _state_line(self._view),
            _accuracy_line(self._view.run, roomy=roomy),
            *_more_lines(self._view.run),
        ]
        self.update(Content("\n").join(lines[: self.content_size.height]), layout=False)


def _state_line(view: RunView) -> Content:
    sign, colour = view.sign
    return Content.assemble((f"{sign} ", f"bold {colour}"), (view.state_words, "bold"))


def _accuracy_line(run: RunState, *, roomy: bool) -> Content:
    if run.outcome.is_bad:
        return Content.styled(outcome_words(run).partition(": ")[2], "$error")
    if run.last_accuracy is None or run.best_accuracy is None:
        if run.epoch_images == 0:
            return Content.styled("no accuracy yet", "$foreground 60%")
        return Content.styled(
            f"training {run.epoch_correct / run.epoch_images:.1%} so far", "$foreground 75%"
        )
    reached = run.last_accuracy >= LIMITS.accuracy
    return Content.assemble(
        ("test " if roomy else "", "$foreground 60%"),
        (f"{run.last_accuracy:.2%}", "bold $success" if reached else "bold"),
        (" best ", "$foreground 60%"),
        f"{run.best_accuracy:.2%}",
    )


def _more_lines(run: RunState) -> list[Content]:
    """Write what a taller card has room for."""
    lines = []
    if run.tests:
        last = next(result for result in reversed(run.epochs) if result.test is not None)
        gap = 100 * (last.train.accuracy - last.test.accuracy) if last.test else 0.0
        lines.append(f"train {last.train.accuracy:.2%} gap {gap:+.1f} points")
        lines.append(f"{last.seconds:.1f} s an epoch{', shared' * run.side_by_side}")
    if run.model is not None:
        lines.append(f"{run.model.trainable_parameters:,} parameters")
    return [Content.styled(line, "$foreground 75%") for line in lines]
