"""Asks how long a run that has finished is to be trained."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from core.errors import InputError
from core.runs.longer import epochs_in_all
from tui.dialogs.dialog import Dialog


class LongerDialog(Dialog[int]):
    """Gives the epochs in all of a run that was `trained` for fewer; None where the user goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+c", "back", "cancel")]

    def __init__(self, run: str, trained: int) -> None:
        super().__init__()
        self._run = run
        self._trained = trained

    def compose(self) -> ComposeResult:
        """Ask for a number."""
        with Vertical(id="dialog"):
            yield Static(
                f"{self._run} has finished its {self._trained} epochs. How many is it to have in all?",
                id="question",
                markup=False,
            )
            yield Input(id="epochs", compact=True, placeholder=f"more than {self._trained}")
            yield Static("", id="verdict", markup=False)
            yield Static("enter trains it longer · escape goes back", id="hint")

    def on_input_changed(self) -> None:
        """Tell what is wrong with the number so far; nothing while there is none."""
        text = self.query_one(Input).value
        self.query_one("#verdict", Static).update(self._judged()[1] if text else "")

    def on_input_submitted(self) -> None:
        """Give the number, unless the run cannot have so many epochs."""
        epochs, words = self._judged()
        if epochs is None:
            self.query_one("#verdict", Static).update(words)
        else:
            self.answer(epochs)

    def action_back(self) -> None:
        """Give nothing."""
        self.answer(None)

    def _judged(self) -> tuple[int | None, str]:
        """Return the number, or what is wrong with it."""
        text = self.query_one(Input).value.strip()
        if not text:
            return None, f"a number of epochs is needed, such as {self._trained + 1}"
        try:
            return epochs_in_all(text, self._trained), ""
        except InputError as error:
            return None, str(error).removeprefix("--")
