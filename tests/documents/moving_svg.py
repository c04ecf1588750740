"""Pictures of a terminal, one after the other, as one SVG that moves by CSS alone, as an image in a page.

What several frames in a row have in common is in the file once.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

_STYLE: Final = re.compile(r"\.\S+-(r\d+) \{ ([^}]*?) *\}")
_TEXT: Final = re.compile(
    r'<text class="\S+-(r\d+)" x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"[^>]*>([^<]*)</text>'
)
_BACKGROUND: Final = re.compile(
    r'<rect fill="(#\w+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" shape-rendering'
)
_VIEW: Final = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_CELL: Final = 12.2  # a column's width in Rich's SVGs
_MARGIN: Final = 9
_BLANK: Final = "&#160;"
_PAPER: Final = "#11151c"  # the theme's background, under everything


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture of a terminal as `App.export_screenshot` gives it, and for how many seconds it is shown."""

    svg: str
    seconds: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """A background or some text: `style` is CSS; `shape` the outline of one, the element of the other."""

    style: str
    shape: str
    is_text: bool


def moving_svg(frames: Sequence[Frame]) -> str:
    """Return one SVG that shows `frames` for ever; who wants no motion is shown the last one."""
    spans = _spans([frozenset(_pieces(frame.svg)) for frame in frames])
    names = {style: f"s{number}" for number, style in enumerate(sorted({p.style for p in spans}))}
    seen: defaultdict[tuple[int, int], list[_Piece]] = defaultdict(list)
    for piece in sorted(spans, key=lambda p: (p.style, p.shape)):
        for span in spans[piece]:
            seen[span].append(piece)
    view = _VIEW.search(frames[0].svg)
    assert view is not None, "no picture of Rich's"
    width, height = (float(side) for side in view.groups())
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">',
        "<style>",
        "text { font-family: 'Fira Code', 'DejaVu Sans Mono', Menlo, monospace; font-size: 20px }",
        *(f".{name} {{ {style} }}" for style, name in names.items()),
        *_motion(sorted(seen), frames),
        "</style>",
        f'<rect width="{width:g}" height="{height:g}" rx="8" fill="{_PAPER}"/>',
        f'<g transform="translate({_MARGIN}, {_MARGIN})">',
        *(_group(span, _backgrounds(seen[span], names)) for span in sorted(seen)),
        *(_group(span, _texts(seen[span], names)) for span in sorted(seen)),  # above every background
        "</g>",
        "</svg>",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _group(span: tuple[int, int], elements: str) -> str:
    return f'<g class="{_span_name(span)}">{elements}</g>' if elements else ""


def _backgrounds(pieces: Sequence[_Piece], names: dict[str, str]) -> str:
    outlines: defaultdict[str, list[str]] = defaultdict(list)
    for piece in pieces:
        if not piece.is_text:
            outlines[names[piece.style]].append(piece.shape)
    return "".join(f'<path class="{name}" d="{"".join(parts)}"/>' for name, parts in outlines.items())


def _texts(pieces: Sequence[_Piece], names: dict[str, str]) -> str:
    return "".join(f'<text class="{names[p.style]}" {p.shape}</text>' for p in pieces if p.is_text)


def _pieces(svg: str) -> Iterator[_Piece]:
    """Yield what a picture is made of: backgrounds, and runs of text of one style."""
    styles = dict(_STYLE.findall(svg))
    for fill, x, y, width, height in _BACKGROUND.findall(svg):
        if fill != _PAPER:
            yield _Piece(f"fill: {fill}", f"M{x} {y}h{width}v{height}H{x}z", is_text=False)
    for _, row in groupby(_TEXT.findall(svg), key=lambda text: text[2]):
        yield from _joined([text for text in row if text[4].strip()], styles)


def _joined(row: Sequence[tuple[str, str, str, str, str]], styles: dict[str, str]) -> Iterator[_Piece]:
    """Yield the pieces of a row, neighbours of one style as one."""
    at = 0
    while at < len(row):
        style, x, y, length, content = row[at]
        end, words = float(x) + float(length), content
        at += 1
        while at < len(row) and row[at][0] == style and abs(float(row[at][1]) - end) < _CELL / 2:
            end += float(row[at][3])
            words += row[at][4]
            at += 1
        if words.replace(_BLANK, ""):
            shape = f'x="{x}" y="{y}" textLength="{end - float(x):.5g}">{words.replace(_BLANK, chr(160))}'
            yield _Piece(styles[style].replace(";", "; "), shape, is_text=True)


def _spans(frames: Sequence[frozenset[_Piece]]) -> dict[_Piece, list[tuple[int, int]]]:
    """Return from which frame up to before which each piece is to be seen."""
    spans: defaultdict[_Piece, list[tuple[int, int]]] = defaultdict(list)
    for number, pieces in enumerate(frames):
        for piece in pieces:
            known = spans[piece]
            if known and known[-1][1] == number:
                known[-1] = (known[-1][0], number + 1)
            else:
                known.append((number, number + 1))
    return spans


def _motion(
    spans: Sequence[tuple[int, int]] | dict[tuple[int, int], list[str]], frames: Sequence[Frame]
) -> Iterator[str]:
    """Yield the rules that show each span's pieces in its time, and no others."""
    begins = [sum(frame.seconds for frame in frames[:number]) for number in range(len(frames) + 1)]
    whole = begins[-1]
    for first, last in spans:
        name = _span_name((first, last))
        if (first, last) == (0, len(frames)):
            continue
        begin, end = (f"{100 * begins[at] / whole:.5g}%" for at in (first, last))
        hidden = "0% { visibility: hidden } " if first else ""
        then = f" {end} {{ visibility: hidden }}" if last < len(frames) else ""
        yield f"@keyframes {name} {{ {hidden}{begin} {{ visibility: visible }}{then} }}"
        seen = "visible" if last == len(frames) else "hidden"
        yield f".{name} {{ visibility: {seen}; animation: {name} {whole:g}s step-end infinite }}"
    yield "@media (prefers-reduced-motion) { g { animation: none !important } }"


def _span_name(span: tuple[int, int]) -> str:
    return f"f{span[0]}-{span[1]}"
