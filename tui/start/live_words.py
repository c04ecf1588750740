"""What the start screen's first line says of what trains, and of what waits for its end."""

from collections.abc import Iterator
from pathlib import Path

from textual.content import Content

from tui.text.wording import waiting_words


def live_words(live: Path | None, waiting: int) -> Iterator[Content]:
    """Say which suite trains, and how many wait; each with its key."""
    if waiting:
        yield Content.assemble(f"{waiting_words(waiting)}: ", ("c", "bold"), " cancels")
    if live is not None:
        yield Content.assemble(f"{live.name} is training now: ", ("w", "bold"), " watches it")
