"""`cifar-tui doctor`: tells what was found, in aligned lines or as JSON."""

import json
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from shutil import get_terminal_size
from typing import Final

from rich.console import Console
from rich.text import Text

from core import __version__
from core.doctor.checkup import check_machine
from core.doctor.findings import Finding, Section, Sign
from core.errors import EXIT_FAILED
from core.printable import printable
from tui.command.launch import has_utf8
from tui.command.standard_streams import print_line, print_script
from tui.command.terminal_checks import Terminal, check_terminal

_SIGNS: Final = {Sign.OK: ("✓", "green"), Sign.WARNING: ("!", "yellow"), Sign.PROBLEM: ("✗", "bold red")}
_WORDS: Final = {sign: (f"{sign:<{max(map(len, Sign))}}", "") for sign in Sign}
_LONGEST_NAME: Final = 30
_LEAST_TEXT: Final = 30  # columns
_MOST_COLUMNS: Final = 100


def run_doctor(runs_dir: Path, data: str, patience: float, *, as_json: bool) -> int:
    """Look at this machine and say what was found; return the exit status, 0 where nothing stops training.

    `patience` is how many seconds torch's import may take.
    """
    found = check_machine(runs_dir, data, patience=patience, also=lambda: (_terminal(),))
    sections = tuple(found) if as_json else tuple(_told(found))
    signs = [finding.sign for section in sections for finding in section.findings]
    if as_json:
        print_script(_as_json(sections))
    else:
        print_line(_summary(signs))
    return EXIT_FAILED if Sign.PROBLEM in signs else 0


def _terminal() -> Section:
    return Section("Terminal", tuple(check_terminal(Terminal.here())))


def _as_json(sections: Sequence[Section]) -> str:
    stops = any(finding.sign is Sign.PROBLEM for section in sections for finding in section.findings)
    told = {"cifar_tui": __version__, "can_train": not stops, "sections": list(map(asdict, sections))}
    return json.dumps(told, indent=1)


def _summary(signs: Sequence[Sign]) -> str:
    problems, warnings = (signs.count(sign) for sign in (Sign.PROBLEM, Sign.WARNING))
    stops = f"{problems} problem{'s' if problems > 1 else ''} to mend before training"
    also = f", {warnings} warning{'s' if warnings > 1 else ''}" if warnings else ""
    return f"{stops if problems else 'Nothing stops training'}{also}."


def _told(sections: Iterable[Section]) -> Iterator[Section]:
    """Print each section as it comes, and pass it on."""
    colours = Console()
    plain = not sys.stdout.isatty() or colours.no_color or not has_utf8()
    width = min(get_terminal_size().columns, _MOST_COLUMNS)
    for section in sections:
        for line in section_lines(section, width, plain=plain):
            if plain:
                print_line(line.plain)
            else:
                colours.print(line, highlight=False, soft_wrap=True)
        yield section


def section_lines(section: Section, width: int, *, plain: bool) -> Iterator[Text]:
    """Return the section in lines of at most `width` columns where its names leave room for that.

    In `plain` lines each sign is a word.
    """
    yield Text(section.title, style="" if plain else "bold")
    signs = _WORDS if plain else _SIGNS
    column = min(max((len(one.about) for one in section.findings), default=0), _LONGEST_NAME)
    for finding in section.findings:
        sign, style = signs[finding.sign]
        name = printable(finding.about)
        begin = f"  {sign} {name:<{column}}  "
        indent = " " * (len(sign) + column + 5)
        room = max(width - len(indent), _LEAST_TEXT)
        first, *more = _paragraphs(finding, room)
        yield Text.assemble("  ", (sign, style), f"{begin[2 + len(sign) :]}{first}")
        yield from (Text(f"{indent}{line}") for line in more)
    yield Text("")


def _paragraphs(finding: Finding, room: int) -> list[str]:
    lines = _wrapped("", finding.says, room)
    for word, text in (("means: ", finding.means), ("do:    ", finding.do)):
        if text:
            lines += _wrapped(word, text, room)
    return lines


def _wrapped(word: str, text: str, room: int) -> list[str]:
    return textwrap.wrap(
        printable(text),
        room,
        initial_indent=word,
        subsequent_indent=" " * len(word),
        break_on_hyphens=False,
        break_long_words=False,
    ) or [word]
