"""A plot's words, each fitted to one line: legend, key, readout, newest values."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len

from tui.charts.curve import ChartSpec, Curve, CurveStyle
from tui.charts.ink import PLAIN, QUIET, Ink, Line, Piece, fitted
from tui.charts.shaping import value_at
from tui.charts.signs import Signs
from tui.text.wording import clock

_MORE: Final = Piece(" …", QUIET)
_DOT: Final = Piece(" · ", QUIET)
_GAP: Final = Piece("  ", QUIET)
_SPACE: Final = Piece(" ", QUIET)
_LEAST_LABEL: Final = 2  # columns
_LEAST_PLAIN, _MOST_PLAIN = 0.001, 10_000  # beyond them, a value is written with an exponent

_Words = tuple[str, Sequence[Piece], Piece]  # what comes first, the entries, what stands between two


def legend(spec: ChartSpec, signs: Signs, width: int) -> Line:
    """Return the title and whose curves there are."""
    owners = _by_label(spec)
    full = [_entry(curves, f"{''.join(map(signs.pen, curves))} {curves[0].label}") for curves in owners]
    short = [_entry(curves, signs.pen(_marked(curves)) + curves[0].label) for curves in owners]
    head = spec.title + ("  " if owners else "")
    choices: list[_Words] = [(head, full, _GAP), (head, short, _SPACE)]
    room = (width - cell_len(head) + len(_SPACE.text)) // max(len(owners), 1) - len(_SPACE.text)
    if room > _LEAST_LABEL:  # beside the sign
        cut = [Piece(fitted(piece.text, min(cell_len(piece.text), room)), piece.ink) for piece in short]
        choices.append((head, cut, _SPACE))
    return _fitted(choices, width)


def key(spec: ChartSpec, signs: Signs, width: int) -> Line:
    """Return what lines and what markers stand for."""
    parts = {curve.part: curve for curves in reversed(_by_label(spec)) for curve in curves}
    entries = [Piece(f"{signs.pen(curve)} {part}", QUIET) for part, curve in parts.items()]
    return _fitted([("", entries, _GAP)], width)


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


def _fitted(choices: Sequence[_Words], width: int) -> Line:
    """Return the first of `choices` that fits into `width` columns, else what fits of the last one."""
    for words in choices:
        line = _line(*words)
        if _length(line) <= width:
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
