"""What a person noted of a run: one line in a file of its own, beside the run's events.

No event tells it: it is no fact of the training, and is changed when the run has long ended.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from core.errors import InputError
from core.printable import printable
from core.runs.folder import RunFolder, SuiteFolder
from core.runs.run_state import RunState
from core.runs.safe_files import own_folder, read_file, remove_file, replacing, write_whole

MOST_CHARACTERS: Final = 500
_MOST_BYTES: Final = 8 * MOST_CHARACTERS  # as somebody may have written it elsewhere: a character has up to 4


def read_note(folder: RunFolder) -> str:
    """Return the note on a run, on one line fit for terminals; empty where there is none.

    Raises:
        OSError: it cannot be read, or is no note of ours.
    """
    try:
        content = read_file(folder.note, _MOST_BYTES)
    except FileNotFoundError:
        return ""
    return printable(" ".join(content.decode(errors="replace").split()))[:MOST_CHARACTERS]


def note_of(folder: RunFolder) -> str:
    """Return the same; empty also where it cannot be read: whoever shows it does without."""
    try:
        return read_note(folder)
    except OSError:
        return ""


def write_note(folder: RunFolder, text: str) -> None:
    """Keep `text` as the note on a run, in the place of the one before; an empty one takes that away.

    Raises:
        InputError: it is too long, the run has no folder yet, or the folder is not to be written; the note
            that was there stays.
    """
    try:
        _write(folder, checked_note(text))
    except FileNotFoundError:
        raise InputError(f"{folder.path.name}: has not started; a note can be kept once it has") from None
    except OSError as error:
        raise InputError(f"{folder.note}: cannot be written ({error.strerror})") from None


def checked_note(text: str) -> str:
    """Return `text` as a note is kept: on one line, without what steers a terminal.

    Raises:
        InputError: it is too long.
    """
    words = printable(" ".join(text.split()))
    if len(words) > MOST_CHARACTERS:
        raise InputError(f"a note has at most {MOST_CHARACTERS} characters, and this has {len(words):,}")
    return words


def _write(folder: RunFolder, words: str) -> None:
    read_note(folder)  # what is no note of ours is not replaced by one
    if not words:
        with own_folder(folder.path):
            remove_file(folder.note)
        return
    with replacing(folder.note, f"{folder.note.name}.half") as file:
        write_whole(file, f"{words}\n".encode())


def with_note(folder: RunFolder, run: RunState) -> RunState:
    """Return the state of the run in `folder` with the note on it."""
    note = note_of(folder)
    return run if note == run.note else replace(run, note=note)


def with_notes(suite: SuiteFolder, runs: Iterable[RunState]) -> tuple[RunState, ...]:
    """Return the states of runs of `suite`, each with the note on it."""
    return tuple(with_note(suite.run(run.name), run) for run in runs)
