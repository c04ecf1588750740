"""A card a variant: what it is busy with, and how well it does so far."""

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from core.config.presets import LIMITS, Norm
from core.config.run_config import RunConfig
from core.results.outcome_text import outcome_words
from core.runs.events import Phase
from core.runs.run_state import Outcome, RunState
from tui.text.outcome_signs import OUTCOME_SIGNS
from tui.text.wording import phase_words

_ROOMY = 25  # columns for "test 12.34% best 12.34%"


@dataclass(frozen=True, slots=True)
class CardView:
    """What a card shows: a run, what it is made from, and whether the worker will still train it."""

    run: RunState
    config: RunConfig
    queued: bool
    chosen: bool


class VariantCard(Static):
    """Shows one run of the open suite; a click chooses it."""

    ALLOW_SELECT = False

    @dataclass
    class Clicked(Message):
        """The card of the run `run` was clicked."""

        run: str

    def __init__(self, run: str, norm: Norm) -> None:
        super().__init__(classes=f"card norm-{norm}", markup=False)
        self.run = run
        self._view: CardView | None = None

    def on_click(self) -> None:
        """Say which run was chosen."""
        self.post_message(self.Clicked(self.run))

    def on_resize(self) -> None:
        """Use the new room."""
        self._draw()

    def show(self, view: CardView) -> None:
        """Draw `view`, where it is another one."""
        if view != self._view:
            self._view = view
            self.border_title = f"{'▸ ' if view.chosen else ''}{_title(view)}"
            self.set_class(view.chosen, "-chosen")
            self._draw()

    def _draw(self) -> None:
        if self._view is None or not self.content_size.height:
            return
        roomy = self.content_size.width >= _ROOMY
        lines = [
            _state_line(self._view),
            _accuracy_line(self._view.run, roomy=roomy),
            *_more_lines(self._view),
        ]
        self.update(Content("\n").join(lines[: self.content_size.height]))


def _title(view: CardView) -> str:
    return f"{view.run.name} norm" if view.run.name == view.config.norm else view.run.name


def _state_line(view: CardView) -> Content:
    sign, colour = OUTCOME_SIGNS[view.run.outcome]
    if view.run.phase is Phase.PAUSED:
        sign, colour = "‖", "$warning"
    return Content.assemble((f"{sign} ", f"bold {colour}"), (state_words(view), "bold"))


def state_words(view: CardView) -> str:
    """Say what the run is busy with, or how it ended."""
    run = view.run
    epochs = f"{len(run.tests)}/{view.config.epochs}"
    if view.queued and run.outcome is not Outcome.WAITING:
        return "queued again"
    match run.outcome:
        case Outcome.WAITING:
            return "waiting" if view.queued else "not started"
        case Outcome.RUNNING if run.phase in {Phase.TRAIN, Phase.EVALUATE, Phase.PAUSED}:
            return f"{phase_words(run)} {run.epoch}/{view.config.epochs}"
        case Outcome.RUNNING:
            return f"{phase_words(run)} …"
        case Outcome.FINISHED:
            return f"done {epochs}"
        case _:
            return f"{run.outcome} {epochs}"


def _accuracy_line(run: RunState, *, roomy: bool) -> Content:
    if run.outcome in {Outcome.FAILED, Outcome.LOST}:
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


def _more_lines(view: CardView) -> list[Content]:
    """Write what a taller card has room for."""
    run = view.run
    lines = []
    if run.tests:
        last = next(result for result in reversed(run.epochs) if result.test is not None)
        gap = 100 * (last.train.accuracy - last.test.accuracy) if last.test else 0.0
        lines.append(f"train {last.train.accuracy:.2%} gap {gap:+.1f} points")
        lines.append(f"{last.seconds:.1f} s an epoch")
    if run.model is not None:
        lines.append(f"{run.model.trainable_parameters:,} parameters")
    return [Content.styled(line, "$foreground 75%") for line in lines]
