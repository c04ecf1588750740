"""A plot's words, each fitted to one line: legend, key, readout, newest values."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from rich.cells import cell_len

from tui.charts.curve import ChartSpec, Curve, CurveStyle
from tui.charts.ink import PLAIN, QUIET, Ink, Line, Piece, fitted
from tui.charts.shaping import value_at
from tui.charts.short_names import told_apart
from tui.charts.signs import Signs
from tui.charts.value_words import value_words
from tui.text.wording import clock

_MORE: Final = Piece(" …", QUIET)
_DOT: Final = Piece(" · ", QUIET)
_GAP: Final = Piece("  ", QUIET)
_SPACE: Final = Piece(" ", QUIET)
_LEAST_LABEL: Final = 2  # columns
_NONE: Final = "-"  # where a value will stand

_Words = tuple[str, Sequence[Piece], Piece]  # what comes first, the entries, what stands between two


def legend(
    spec: ChartSpec,
    signs: Signs,
    width: int,
    most_lines: int = 0,
    lines_width: int = 0,
    *,
    hidden: Collection[str] = (),
) -> tuple[Line, tuple[Line, ...]]:
    """Return the title and whose curves there are in one line; where that is too long, in others besides.

    These others are at most `most_lines` of `lines_width` columns; where they are not enough, the last one
    tells how many curves are left out. Names in `hidden` are faint.
    """
    owners = _by_label(spec)
    shared, names = told_apart([curves[0].label for curves in owners])
    title = f"{spec.title}  "
    head = f"{title}{shared} " if shared else title
    marks = [signs.pen(curves[0]) for curves in owners]

    def entry(curves: Sequence[Curve], words: str) -> Piece:
        name = curves[0].short_label
        return Piece(words, Ink(curves[0].colour, faint=name in hidden), name)

    full = [entry(curves, f"{signs.sample(curves[0])} {curves[0].label}") for curves in owners]
    short = [entry(curves, mark + curves[0].label) for curves, mark in zip(owners, marks, strict=True)]
    brief = [entry(curves, mark + name) for curves, mark, name in zip(owners, marks, names, strict=True)]
    choices: list[_Words] = [
        (title, full, _GAP),
        (title, short, _SPACE),
        (title[:-1], short, _SPACE),
        (head, brief, _SPACE),
    ]
    line = _first_that_fits(choices, width) if owners else None
    if not owners or (line is None and spec.ends_named):
        return (Piece(fitted(spec.title, min(width, cell_len(spec.title))), PLAIN),), ()
    if line is None and most_lines:
        return (Piece(fitted(head.rstrip(), min(width, cell_len(head.rstrip()))), PLAIN),), _in_columns(
            brief, lines_width, most_lines
        )
    room = (width - cell_len(title) + len(_SPACE.text)) // len(owners) - len(_SPACE.text)
    cut = [replace(piece, text=fitted(piece.text, min(cell_len(piece.text), room))) for piece in short]
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
    cells = [replace(entry, text=fitted(entry.text, column)) for entry in shown]
    rows = [cells[first : first + across] for first in range(0, len(cells), across)]
    return tuple(_line("", row, _GAP) for row in rows)


def key(spec: ChartSpec, signs: Signs, width: int) -> Line:
    """Return what curves of each kind stand for, and where there are several seeds, what the band is."""
    parts = {curve.part: curve for curves in reversed(_by_label(spec)) for curve in curves}
    entries = [Piece(f"{signs.sample(curve)} {part}", QUIET) for part, curve in parts.items()]
    if spec.marks:
        entries.append(Piece(f"{signs.mark} diverged", QUIET))
    several = sum(curve.style is CurveStyle.MARKED for curve in spec.curves if curve.xs) > 1
    more = [Piece(f"{signs.shared} several", QUIET)] if several else []
    if not spec.bands:
        return _fitted([("", [*entries, *more], _GAP), ("", entries, _GAP)], width)
    part, shade = spec.bands[0].part, 2 * signs.shade
    full = [*entries, Piece(f"{shade} {part}, lowest to highest", QUIET)]
    short = [*entries, Piece(f"{shade} seeds", QUIET)]
    heads: list[_Words] = [
        ("means of seeds: ", [*full, *more], _GAP),
        ("means of seeds: ", full, _GAP),
        ("means: ", short, _GAP),
        ("", short, _GAP),
    ]
    return _fitted(heads, width)


def readout(spec: ChartSpec, x: float, signs: Signs, width: int) -> Line:
    """Return the values at `x` of all curves; none of a label whose curves have ended before."""
    there = (curves for curves in _by_label(spec) if any(x <= curve.xs[-1] for curve in curves))
    known = [
        [(curve, value) for curve in curves if (value := value_at(curve, x)) is not None] for curves in there
    ]
    place = clock(x) if spec.clock else f"{x:.2f}".removesuffix(".00")
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
    """Return every label's values, the marked one first; in less room behind a sign, or that one alone."""
    spelt, full, both, first, short, own = [], [], [], [], [], []
    there = list(filter(None, known))
    _, names = told_apart([pairs[0][0].label for pairs in there])
    for pairs, name in zip(there, names, strict=True):
        curves = [curve for curve, _ in pairs]
        units = [value_words(value, percent=spec.percent) for _, value in pairs]
        bare = [words.removesuffix("%") for words in units]
        label, sign = curves[0].label, signs.pen(replace(curves[0], style=CurveStyle.MARKED))
        others = [f"{_kind(curve)} {words}" for curve, words in zip(curves[1:], units[1:], strict=True)]
        main, words = units[0], ", ".join(others)
        if not curves[0].style.leads:  # nothing has been tested yet
            main, bare, words = f"({units[0]})", [_NONE, *bare], ""
        spelt.append(_entry(curves, f"{label} {main}" + (f" ({words})" if words else "")))
        full.append(_entry(curves, f"{label} {'/'.join(bare)}"))
        both.append(_entry(curves, sign + "/".join(bare)))
        first.append(_entry(curves, f"{label} {main}"))
        short.append(_entry(curves, sign + main))
        own.append(_entry(curves, f"{name} {main}"))
    choices = [
        (heads[0], spelt, _DOT),
        (heads[0], full, _DOT),
        (heads[1], both, _SPACE),
        (heads[0], first, _DOT),
        (heads[1], short, _SPACE),
    ]
    if spec.ends_named:  # by their names in the plot, too, and not by signs
        choices = [(heads[0], first, _DOT), (heads[1], own, _DOT), (heads[1], own, _GAP)]
    return _fitted(choices, width)


def _kind(curve: Curve) -> str:
    """Return what a curve is of, without how it was smoothed."""
    return curve.part.partition(",")[0]


def _by_label(spec: ChartSpec) -> list[list[Curve]]:
    """Return the curves that have points but faint ones, those of one label together, leading ones first."""
    found: dict[str, list[Curve]] = {}
    for curve in spec.curves:
        if curve.xs and curve.style is not CurveStyle.FAINT:
            found.setdefault(curve.label, []).append(curve)
    return [sorted(curves, key=_stands_back) for curves in found.values()]


def _stands_back(curve: Curve) -> bool:
    return not curve.style.leads


def _entry(curves: Sequence[Curve], words: str) -> Piece:
    return Piece(words, Ink(curves[0].colour))


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
