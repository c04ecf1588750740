"""GitHub-flavoured Markdown from plain text: whatever a run says stays text and breaks no table."""

import re
from collections.abc import Container, Iterable, Sequence
from typing import Final

from core.printable import printable_lines

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~#$&]|(?<=www)\.|:(?=//))")  # also what makes a link by itself
_LONGEST_FENCE: Final = re.compile(r"`{3,}")


def escaped(text: str) -> str:
    """Return `text` on one line, to be shown as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(printable_lines(text).split()))


def table(header: Sequence[str], rows: Iterable[Sequence[str]], left: Container[int] = (0,)) -> str:
    """Return a table of Markdown cells; the columns in `left` are set to the left, others to the right."""
    marks = [":--" if column in left else "--:" for column in range(len(header))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, marks, *rows))


def code_block(text: str) -> str:
    """Return `text`, cleared of terminal codes, in a fenced block."""
    clear = printable_lines(text).strip("\n")
    longest = max(map(len, _LONGEST_FENCE.findall(clear)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{clear}\n{fence}"


def details(summary: str, content: str) -> str:
    """Return `content` folded away behind `summary`, a few plain words of our own."""
    return f"<details>\n<summary>{summary}</summary>\n\n{content}\n\n</details>"


def note(text: str) -> str:
    """Return `text`, which is Markdown of one line, set off from the text around it."""
    return f"> [!NOTE]\n> {text}"


def image(alternative: str, address: str) -> str:
    """Return a picture at the relative, quoted `address`, with plain text for those who can't see it."""
    return f"![{escaped(alternative)}]({address})"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: "batch, layer and group"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
