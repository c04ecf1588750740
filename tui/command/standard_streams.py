"""Standard output and error: they are told things, and nothing depends on whether they take them."""

import os
import sys
from pathlib import Path
from typing import Final

from core.printable import printable

STANDARD_ERROR: Final = 2
_STANDARD_OUTPUT: Final = 1


def open_missing() -> None:
    """Open what the caller has closed (``2>&-``) on nothing, before a file of ours gets its number."""
    for descriptor in (0, _STANDARD_OUTPUT, STANDARD_ERROR):
        try:
            os.fstat(descriptor)
        except OSError:
            drop(descriptor)
    # without a buffer, as there is nothing to keep: Python made no stream where it found none
    if sys.stdout is None:
        sys.stdout = open(_STANDARD_OUTPUT, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays
    if sys.stderr is None:
        sys.stderr = open(STANDARD_ERROR, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays


def forget_told_size() -> None:
    """Let the terminal's own size count, not what ``COLUMNS`` and ``LINES`` say: it changes, they don't."""
    for descriptor in (STANDARD_ERROR, _STANDARD_OUTPUT):
        try:
            known = all(os.get_terminal_size(descriptor))
        except OSError:  # no terminal
            continue
        if known:
            os.environ.pop("COLUMNS", None)
            os.environ.pop("LINES", None)


def drop(descriptor: int) -> None:
    """Let what is written to `descriptor` go nowhere from here on, also what a stream still holds for it."""
    nothing = os.open(os.devnull, os.O_RDWR)
    if nothing != descriptor:  # the lowest free number may be the very one
        os.dup2(nothing, descriptor)
        os.close(nothing)


def say(text: str) -> None:
    """Write a line to standard error, where that takes it."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        drop(STANDARD_ERROR)


def print_line(text: str) -> None:
    """Write a line for people to standard output, where that takes it: in the characters that it has."""
    _print(printable(text).encode(sys.stdout.encoding, "replace"))


def print_drawn(text: str) -> None:
    """Write lines that were drawn for standard output, colours and all, where it takes them."""
    _print(text.encode(sys.stdout.encoding, "replace"))


def print_path(path: Path) -> None:
    """Write `path` to standard output: a terminal gets what it can show, a script the name's very bytes."""
    if sys.stdout.isatty():
        print_line(str(path))
    else:
        _print(os.fsencode(path))


def print_script(text: str) -> None:
    """Write `text`, which a program is to read, to standard output as it is."""
    _print(text.encode())


def _print(line: bytes) -> None:
    try:
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
    except OSError as error:
        drop(_STANDARD_OUTPUT)
        say(f"cifar-tui: standard output takes nothing ({error.strerror})")
