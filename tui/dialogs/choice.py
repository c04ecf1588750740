"""A question with a few answers, each given by one key."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dialogs.dialog import Dialog


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: the key that gives it, what it is called in code, and to people."""

    key: str
    name: str
    words: str


class _Answers(Static):
    auto_links = reactive(default=False)  # they act on a click, but are no links to be underlined


class ChoiceDialog(Dialog[str]):
    """Asks `question`; gives the chosen answer's name, or None where the user goes back with escape.

    The mark is at the answer `at`; behind the last one is going back.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+c", "answer('')", "cancel"),
        Binding("up", "move(-1)", "up"),
        Binding("down", "move(1)", "down"),
        Binding("enter,space", "take", "choose"),
    ]

    def __init__(self, question: str, answers: tuple[Answer, ...], *, at: int = 0) -> None:
        super().__init__()
        self._question = question
        self._answers = (*answers, Answer("esc", "", "cancel"))
        self._at = at
        self._rows = _Answers(id="answers")  # known before it is on the screen: a key may be here sooner
        for answer in answers:
            self._bindings.bind(answer.key, f"answer('{answer.name}')", answer.words)

    def compose(self) -> ComposeResult:
        """Put the answers below the question."""
        with Vertical(id="dialog"):
            yield Static(self._question, id="question", markup=False)
            yield self._rows

    def on_mount(self) -> None:
        """Show the answers."""
        self._show_answers()

    def _show_answers(self) -> None:
        rows = [
            Content.assemble(
                ("▸ " if at == self._at else "  ", "$primary"),
                (f"{answer.key:>3}", "bold $footer-key-foreground"),
                (f"  {answer.words}", "bold" if at == self._at else ""),
            ).stylize(f"@click=screen.answer('{answer.name}')")
            for at, answer in enumerate(self._answers)
        ]
        self._rows.update(Content("\n").join(rows))

    def action_move(self, by: int) -> None:
        """Move the mark to the next answer or the one before."""
        self._at = (self._at + by) % len(self._answers)
        self._show_answers()

    def action_take(self) -> None:
        """Give the marked answer."""
        self.action_answer(self._answers[self._at].name)

    def action_answer(self, name: str) -> None:
        """Give the answer `name`."""
        self.answer(name or None)
