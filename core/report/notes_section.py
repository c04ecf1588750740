"""What a person noted of the runs, in that person's words."""

from collections.abc import Sequence
from typing import Final

from core.report import markup
from core.results.labelled_runs import LabelledRun

_WHOSE: Final = "Written by hand beside the runs; no figure here depends on it."


def notes_section(runs: Sequence[LabelledRun]) -> tuple[str, ...]:
    """Return the note on each run that has one; nothing where none has."""
    lines = [
        f"- {markup.escaped(run.label)}: {markup.escaped(run.state.note)}" for run in runs if run.state.note
    ]
    return ("## Notes", _WHOSE, "\n".join(lines)) if lines else ()
