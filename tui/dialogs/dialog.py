"""What every dialog has: one answer, whatever is typed after it."""

from typing import Generic, TypeVar

from textual.screen import ModalScreen

Result = TypeVar("Result")


class Dialog(ModalScreen[Result | None], Generic[Result]):
    """A question above the screen; gives None where the user goes back."""

    CSS_PATH = "dialogs.tcss"
    _answered = False

    def answer(self, result: Result | None) -> None:
        """Close the dialog with `result`; a second key that was on its way changes nothing."""
        if not self._answered:
            self._answered = True
            self.dismiss(result)
