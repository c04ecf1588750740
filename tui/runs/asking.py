"""What the list asks before it changes something on the disk, and what it says of that."""

import asyncio
from pathlib import Path

from textual.screen import Screen

from core.errors import InputError
from core.printable import printable
from core.runs.folder import RunFolder
from core.runs.index import delete_runs
from core.runs.notes import note_of, write_note
from tui.dialogs.choice import Answer, ChoiceDialog
from tui.dialogs.note_dialog import NoteDialog
from tui.runs.columns import Row
from tui.runs.counts import delete_question, runs_words
from tui.runs.listing import Listing
from tui.runs.offers import to_delete


async def ask_to_delete(screen: Screen[None], listing: Listing, runs_dir: Path) -> None:
    """Delete the marked runs, else the one under the cursor, where the user says yes."""
    rows = to_delete(listing)
    if live := next((row for row in rows if row.live), None):
        words = f"{printable(live.run.suite)} is being trained; stop it before deleting its runs"
        screen.notify(words, severity="warning", markup=False)
        return
    answers = (Answer("y", "delete", f"delete {runs_words(len(rows))}"),)
    if _is_asked(screen):
        return
    question = delete_question(rows, listing.hidden_marks)
    if await screen.app.push_screen_wait(ChoiceDialog(question, answers, at=len(answers))) is None:
        return
    try:
        await asyncio.to_thread(delete_runs, runs_dir, [row.path for row in rows])
    except InputError as error:
        screen.notify(str(error), severity="error", markup=False)


async def ask_for_note(screen: Screen[None], row: Row) -> None:
    """Write the note on a run anew, where the user gives one."""
    folder = RunFolder(row.path)
    before = await asyncio.to_thread(note_of, folder)
    if _is_asked(screen):
        return
    text = await screen.app.push_screen_wait(NoteDialog(printable(f"{row.run.suite}/{row.run.name}"), before))
    if text is None or text == before:
        return
    try:
        await asyncio.to_thread(write_note, folder, text)
    except InputError as error:
        screen.notify(printable(str(error)), severity="error", markup=False)


def _is_asked(screen: Screen[None]) -> bool:
    """Return whether a question is being asked: the key was pressed twice."""
    return screen.app.screen.is_modal
