"""How a file is named to people who look for it."""

from pathlib import Path

from core.printable import printable


def place_words(file: Path) -> str:
    """Name a file and the folder it is in, in full: report.md in /home/me."""
    return printable(f"{file.name} in {file.absolute().parent}")
