"""What the terminal gives the dashboard: room, colours, characters, and the mouse."""

import curses
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

from rich.console import Console

from core.doctor.findings import Finding, Sign, Trouble, fine
from tui.command.launch import has_terminal, has_utf8
from tui.frame.sizes import LEAST, USUAL, Size

_MULTIPLEXERS: Final = {"TMUX": "tmux", "STY": "screen", "ZELLIJ": "zellij"}
_COLOURS: Final = {"truecolor": "16 million", "256": "256", "standard": "16", "windows": "16"}

TOO_SMALL: Final = Trouble(
    key="terminal-small",
    sign=Sign.WARNING,
    symptom="`cifar-tui needs at least 60 columns and 18 lines.`",
    says="{size}, fewer than the {least} that a screen needs",
    means="screens say so and nothing else until the terminal is larger; training is the same",
    do="make the window larger or the letters smaller; --headless needs no screen",
)
CRAMPED: Final = Trouble(
    key="terminal-cramped",
    sign=Sign.WARNING,
    symptom="panels that these pages show are missing",
    says="{size}, fewer than {usual}",
    means="screens leave out what matters least",
    do="make the window larger",
)
NO_UTF8: Final = Trouble(
    key="terminal-ascii",
    sign=Sign.WARNING,
    symptom="plots of plus signs and stars, `?` in place of signs",
    says="the locale is not UTF-8 ({locale})",
    means="screens are drawn in ASCII, as with --ascii",
    do="export LANG=C.UTF-8, where the terminal shows UTF-8",
)
DUMB: Final = Trouble(
    key="terminal-dumb",
    sign=Sign.WARNING,
    symptom="no dashboard: `no terminal here, so training without a screen`",
    says="TERM is {name}, which nothing can be drawn on",
    means="training shows lines, as with --headless",
    do="export TERM=xterm-256color, where the terminal is none of the 1970s",
)
FEW_COLOURS: Final = Trouble(
    key="terminal-colours",
    sign=Sign.WARNING,
    symptom="the norms' curves have colours that are hard to tell apart",
    says="{count} colours (TERM {name}, no COLORTERM)",
    means="colours are the nearest of those; signs and line styles tell the norms apart all the same",
    do="export COLORTERM=truecolor, or TERM=xterm-256color, where the terminal has them",
)
TROUBLES: Final = (TOO_SMALL, CRAMPED, NO_UTF8, DUMB, FEW_COLOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """A terminal as a program finds it; `size` is None where there is none, or where it tells none.

    `colours` are as rich names what it can show, None where that is nothing.
    """

    size: Size | None
    drawable: bool
    environment: Mapping[str, str]
    colours: str | None

    @classmethod
    def here(cls) -> Self:
        """Return the one that this process is run in."""
        colours = Console(file=sys.stderr, force_terminal=True).color_system
        return cls(size=_size(), drawable=has_terminal(), environment=dict(os.environ), colours=colours)


def _size() -> Size | None:
    for stream in (sys.stderr, sys.stdout, sys.stdin):
        with suppress(OSError, ValueError):
            found = os.get_terminal_size(stream.fileno())
            if all(found):
                return Size(*found)
    return None


def check_terminal(terminal: Terminal) -> Iterator[Finding]:
    """Tell what the dashboard would have of `terminal`."""
    name = terminal.environment.get("TERM", "")
    if terminal.size is None:
        yield fine("terminal", "none here: training shows lines, as with --headless")
        return
    if name in {"", "dumb"}:
        yield DUMB.found("terminal", name=name or "not set")
        return
    yield fine("terminal", _kind(terminal, name))
    yield _room(terminal.size)
    yield _colours(terminal, name)
    yield _characters(terminal.environment)
    yield fine("mouse", _mouse(name))


def _kind(terminal: Terminal, name: str) -> str:
    within = [word for variable, word in _MULTIPLEXERS.items() if terminal.environment.get(variable)]
    inside = f", inside {' and '.join(within)}" if within else ""
    redirected = "" if terminal.drawable else "; a stream is redirected here, so that no dashboard would show"
    return f"{name}{inside}{redirected}"


def _room(size: Size) -> Finding:
    if size.columns < LEAST.columns or size.lines < LEAST.lines:
        return TOO_SMALL.found("size", size=size.words, least=LEAST.words)
    if size.columns < USUAL.columns or size.lines < USUAL.lines:
        return CRAMPED.found("size", size=size.words, usual=USUAL.words)
    return fine("size", size.words)


def _colours(terminal: Terminal, name: str) -> Finding:
    if terminal.environment.get("NO_COLOR"):
        return fine("colours", "none, as NO_COLOR asks for")
    count = _COLOURS.get(terminal.colours or "", "no")
    if terminal.colours in {"truecolor", "256"}:
        return fine("colours", count)
    return FEW_COLOURS.found("colours", count=count, name=name)


def _characters(environment: Mapping[str, str]) -> Finding:
    if has_utf8(environment):
        return fine("characters", "UTF-8")
    names = ("LC_ALL", "LC_CTYPE", "LANG", "TERM")
    told = ", ".join(f"{name}={environment[name]}" for name in names if environment.get(name))
    return NO_UTF8.found("characters", locale=told)


def _mouse(name: str) -> str:
    """Say whether the terminal's description has a mouse; the terminal itself is not asked."""
    try:
        curses.setupterm(name, sys.stderr.fileno())
        has_mouse = curses.tigetstr("kmous") is not None
    except (curses.error, ValueError, OSError):
        return "not known: the system has no description of this terminal"
    if has_mouse:
        return "reported by this kind of terminal; --no-mouse leaves it to the terminal"
    return "none in this kind of terminal; every action has a key"
