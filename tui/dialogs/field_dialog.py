"""What dialogs with one field have: what is wrong with it is told as it is typed, and only right is given."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.dialogs.dialog import Dialog, Result


class FieldDialog(Dialog[Result]):
    """Asks `question` above a field and says below what Enter does; None where the user goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+c", "back", "cancel")]

    def __init__(self, question: str, enter: str, *, text: str = "", placeholder: str = "") -> None:
        super().__init__()
        self._question = question
        self._enter = enter
        self._text = text
        self._placeholder = placeholder

    def judge(self, text: str) -> tuple[Result | None, str]:
        """Return what `text` gives, None where that is nothing, and what there is to say of it."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Ask."""
        with Vertical(id="dialog"):
            yield Static(self._question, id="question", markup=False)
            yield Input(self._text, compact=True, placeholder=self._placeholder)
            yield Static("", id="verdict", markup=False)
            yield Static(f"enter {self._enter} · escape goes back", id="hint", markup=False)

    def on_input_changed(self) -> None:
        """Tell what is wrong so far, or what there is to know."""
        self._tell(self._judged()[1])

    def on_input_submitted(self) -> None:
        """Give what was typed, unless it gives nothing."""
        result, words = self._judged()
        if result is None:
            self._tell(words)
        else:
            self.answer(result)

    def action_back(self) -> None:
        """Give nothing."""
        self.answer(None)

    def _judged(self) -> tuple[Result | None, str]:
        return self.judge(self.query_one(Input).value.strip())

    def _tell(self, words: str) -> None:
        self.query_one("#verdict", Static).update(words)
