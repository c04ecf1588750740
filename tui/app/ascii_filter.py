"""For terminals without UTF-8: every line the dashboard draws, in ASCII."""

from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_LIKENESS: Final = {
    "-": "─━═╌╍┄┅┈┉╴╶╸╺‐–—−▔",
    "|": "‖│┃║╎╏┆┇┊┋╵╷╹╻▎▏▕▌▐❘",
    "+": "✚┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬┝┥┍┑┕┙",
    "#": "█▀▄▇▆▅▊▉■▓",
    "=": "▒",
    ":": "░",
    "_": "▁▂▃",
    "*": "●•◆★✱▲▼◉",
    "o": "○◇◌△▽",
    ".": "·⋅…",
    "x": "✗✘×☒",
    "v": "✓✔☑↓",
    "<": "‹◀◄◂←",
    ">": "›▶▸→",
    "^": "↑",
    "~": "≈≥≤±",
    " ": "\u00a0",
}
_TABLE: Final = {ord(char): sign for sign, chars in _LIKENESS.items() for char in chars} | {
    # plotext's dot patterns: eight dots a cell, drawn as one
    code: ("." if (code - 0x2800).bit_count() < 4 else "*") if code > 0x2800 else " "  # noqa: PLR2004 - half of 8
    for code in range(0x2800, 0x2900)
}


class AsciiFilter(LineFilter):
    """Replaces what ASCII lacks by what looks most like it; columns stay where they are."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - the base's
        """Return `segments` with ASCII text."""
        return [
            segment
            if segment.text.isascii()
            else Segment(_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]


def _ascii(text: str) -> str:
    likened = text.translate(_TABLE)
    return "".join(sign if sign.isascii() else "?" * cell_len(sign) for sign in likened)
