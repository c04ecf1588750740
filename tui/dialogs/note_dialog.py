"""Asks what is to be noted of a run."""

from core.errors import InputError
from core.runs.notes import MOST_CHARACTERS, checked_note
from tui.dialogs.field_dialog import FieldDialog


class NoteDialog(FieldDialog[str]):
    """Gives the note on `run`, which was `before`, and an empty one to take it away; None to leave it."""

    def __init__(self, run: str, before: str) -> None:
        question = f"A note on {run}; reports tell it as yours"
        super().__init__(question, "keeps it", text=before, placeholder="such as: a lower rate next time")
        self._before = before

    def judge(self, text: str) -> tuple[str | None, str]:
        """Return the note, and how much of its room it takes; or what is wrong with it."""
        try:
            note = checked_note(text)
        except InputError as error:
            return None, str(error)
        if not note:
            return note, "takes the note away" if self._before else ""
        return note, f"{len(note)} of at most {MOST_CHARACTERS} characters"
