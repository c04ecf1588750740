"""A plot's words, each fitted to one line: legend, key, readout, newest values."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len

from tui.charts.curve import ChartSpec, Curve, CurveStyle
from tui.charts.ink import PLAIN, QUIET, Ink, Line, Piece, fitted
from tui.charts.shaping import value_at
from tui.charts.short_names import told_apart
from tui.charts.signs import Signs
from tui.text.wording import clock

_MORE: Final = Piece(" …", QUIET)
_DOT: Final = Piece(" · ", QUIET)
_GAP: Final = Piece("  ", QUIET)
_SPACE: Final = Piece(" ", QUIET)
_LEAST_LABEL: Final = 2  # columns
_LEAST_PLAIN, _MOST_PLAIN = 0.001, 10_000  # beyond them, a value is written with an exponent

_Words = tuple[str, Sequence[Piece], Piece]  # what comes first, the entries, what stands between two


def legend(
    spec: ChartSpec, signs: Signs, width: int, most_lines: int = 0, lines_width: int = 0
) -> tuple[Line, tuple[Line, ...]]:
    """Return the title and whose curves there are in one line; where that is too long, in others besides.

    These others are at most `most_lines` of `lines_width` columns; where they are not enough, the last one
    tells how many curves are left out.
    """
    owners = _by_label(spec)
    shared, names = told_apart([curves[0].label for curves in owners])
    title = f"{spec.title}  "
    head = f"{title}{shared} " if shared else title
    marks = [signs.pen(_marked(curves)) for curves in owners]
    full = [_entry(curves, f"{''.join(map(signs.pen, curves))} {curves[0].label}") for curves in owners]
    short = [_entry(curves, mark + curves[0].label) for curves, mark in zip(owners, marks, strict=True)]
    brief = [_entry(curves, mark + name) for curves, mark, name in zip(owners, marks, names, strict=True)]
    choices: list[_Words] = [(title, full, _GAP), (title, short, _SPACE), (head, brief, _SPACE)]
    if not owners:
        return (Piece(spec.title, PLAIN),), ()
    line = _first_that_fits(choices, width)
    if line is None and most_lines:
        return (Piece(fitted(head.rstrip(), min(width, cell_len(head.rstrip()))), PLAIN),), _in_columns(
            brief, lines_width, most_lines
        )
    room = (width - cell_len(title) + len(_SPACE.text)) // len(owners) - len(_SPACE.text)
    cut = [Piece(fitted(piece.text, min(cell_len(piece.text), room)), piece.ink) for piece in short]
    if room > _LEAST_LABEL and len({piece.text[1:] for piece in cut}) == len(cut):
        choices.append((title, cut, _SPACE))
    return line or _fitted(choices, width), ()


def _in_columns(entries: Sequence[Piece], width: int, most_lines: int) -> tuple[Line, ...]:
    """Return `entries` below and beside each other in up to `most_lines`."""
    column = min(max(cell_len(entry.text) for entry in entries), width)
    across = max((width + len(_GAP.text)) // (column + len(_GAP.text)), 1)
    shown = list(entries)
    if len(entries) > across * most_lines:
        left_out = len(entries) - across * most_lines + 1
        shown = [*entries[:-left_out], Piece(f"{left_out} more", QUIET)]
    cells = [Piece(fitted(entry.text, column), entry.ink) for entry in shown]
    rows = [cells[first : first + across] for first in range(0, len(cells), across)]
    return tuple(_line("", row, _GAP) for row in rows)


def key(spec: ChartSpec, signs: Signs, width: int) -> Line:
    """Return what lines and what markers stand for, and where there are several seeds, what the band is."""
    parts = {curve.part: curve for curves in reversed(_by_label(spec)) for curve in curves}
    entries = [Piece(f"{signs.pen(curve)} {part}", QUIET) for part, curve in parts.items()]
    if spec.marks:
        entries.append(Piece(f"{signs.mark} diverged", QUIET))
    if not spec.bands:
        return _fitted([("", entries, _GAP)], width)
    part, shade = spec.bands[0].part, 2 * signs.shade
    full = [*entries, Piece(f"{shade} {part}, lowest to highest", QUIET)]
    short = [*entries, Piece(f"{shade} seeds", QUIET)]
    return _fitted([("means of seeds: ", full, _GAP), ("means: ", short, _GAP), ("", short, _GAP)], width)


def readout(spec: ChartSpec, x: float, signs: Signs, width: int) -> Line:
    """Return the values at `x` of all curves; none of a label whose curves have ended before."""
    there = (curves for curves in _by_label(spec) if any(x <= curve.xs[-1] for curve in curves))
    known = [
        [(curve, value) for curve in curves if (value := value_at(curve, x)) is not None] for curves in there
    ]
    place = clock(x) if spec.clock else f"{x:.2f}"
    return _values(known, signs, (f"{spec.x_label} {place}: ", f"{place}: "), spec, width)


def newest(spec: ChartSpec, signs: Signs, width: int) -> Line:
    """Return the newest value of every curve."""
    known = [[(curve, curve.ys[-1]) for curve in curves] for curves in _by_label(spec)]
    return _values(known, signs, ("", ""), spec, width)


def _values(
    known: Iterable[Sequence[tuple[Curve, float]]],
    signs: Signs,
    heads: tuple[str, str],
    spec: ChartSpec,
    width: int,
) -> Line:
    """Return every label's values; in less room the first one's alone, in still less behind a sign."""
    full, first, short = [], [], []
    for pairs in filter(None, known):
        curves = [curve for curve, _ in pairs]
        numbers = [_number(value, percent=spec.percent) for _, value in pairs]
        marked = [
            (signs.pen(curve) if curve.style is CurveStyle.MARKERS else "") + number
            for curve, number in zip(curves, numbers, strict=True)
        ]
        full.append(_entry(curves, " ".join((curves[0].label, *marked))))
        first.append(_entry(curves, f"{curves[0].label} {marked[0]}"))
        short.append(_entry(curves, signs.pen(_marked(curves)) + numbers[0]))
    return _fitted([(heads[0], full, _DOT), (heads[0], first, _DOT), (heads[1], short, _SPACE)], width)


def _by_label(spec: ChartSpec) -> list[list[Curve]]:
    """Return the curves that have points, raw ones left out, those of one label together."""
    found: dict[str, list[Curve]] = {}
    for curve in spec.curves:
        if curve.xs and curve.style is not CurveStyle.FAINT:
            found.setdefault(curve.label, []).append(curve)
    return list(found.values())


def _marked(curves: Sequence[Curve]) -> Curve:
    """Return the curve whose sign tells the label's curves from others without colour."""
    return next((curve for curve in curves if curve.style is CurveStyle.MARKERS), curves[-1])


def _entry(curves: Sequence[Curve], words: str) -> Piece:
    return Piece(words, Ink(curves[0].colour))


def _number(value: float, *, percent: bool) -> str:
    if percent:
        return f"{value:.1f}%"
    plain = value == 0 or not math.isfinite(value) or _LEAST_PLAIN <= abs(value) < _MOST_PLAIN
    return f"{value:.3f}" if plain else f"{value:.2e}"


def _first_that_fits(choices: Sequence[_Words], width: int) -> Line | None:
    lines = (_line(*words) for words in choices)
    return next((line for line in lines if _length(line) <= width), None)


def _fitted(choices: Sequence[_Words], width: int) -> Line:
    """Return the first of `choices` that fits into `width` columns, else what fits of the last one."""
    line = _first_that_fits(choices, width)
    if line is not None:
        return line
    head, entries, between = choices[-1]
    for shown in range(len(entries) - 1, 0 if not head else -1, -1):
        line = (*_line(head, entries[:shown], between), _MORE)
        if _length(line) <= width:
            return line
    return ()


def _line(head: str, entries: Sequence[Piece], between: Piece) -> Line:
    rest = [piece for entry in entries for piece in (between, entry)][1:]
    return (Piece(head, PLAIN), *rest) if head else tuple(rest)


def _length(line: Line) -> int:
    return sum(cell_len(piece.text) for piece in line)
