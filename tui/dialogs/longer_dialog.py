"""Asks how long a run that has finished is to be trained."""

from core.errors import InputError
from core.runs.longer import epochs_in_all
from tui.dialogs.field_dialog import FieldDialog


class LongerDialog(FieldDialog[int]):
    """Gives the epochs in all of a run that was `trained` for fewer; None where the user goes back."""

    def __init__(self, run: str, trained: int) -> None:
        question = f"{run} has finished its {trained} epochs. How many is it to have in all?"
        super().__init__(question, "trains it longer", placeholder=f"more than {trained}")
        self._trained = trained

    def judge(self, text: str) -> tuple[int | None, str]:
        """Return the number, or what is wrong with it."""
        if not text:
            return None, f"a number of epochs is needed, such as {self._trained + 1}"
        try:
            return epochs_in_all(text, self._trained), ""
        except InputError as error:
            return None, str(error).removeprefix("--")
