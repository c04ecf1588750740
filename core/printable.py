"""Text from outside, made fit for terminals and reports: files, folders, classes bear any name."""

import re
from typing import Final

_NO_SIGN: Final = "\ufffd"
_JOINERS: Final = (
    "\u200c\u200d"  # invisible, and letters of Persian and Hindi and many emoji are made with them
)
_TERMINAL_CODES: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?)"  # colours, titles and the like
    r"|[\x00-\x08\x0b-\x1f\x7f]"
)


def printable(text: str) -> str:
    """Return `text` on one line without what steers a terminal or turns the direction of writing.

    Blanks of every kind become spaces, and what has no sign of its own, half a character of a name that is
    no UTF-8 among it, the sign U+FFFD.
    """
    return text if text.isprintable() else "".join(map(_sign, text))


def printable_lines(text: str) -> str:
    """Return the same of a text of several lines, such as a traceback; codes of colours leave no trace."""
    plain = _TERMINAL_CODES.sub("", text).expandtabs(4)
    return "\n".join(map(printable, plain.split("\n")))


def _sign(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    return " " if character.isspace() else _NO_SIGN
