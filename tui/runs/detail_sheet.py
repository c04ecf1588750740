"""Details of runs as lines of text: one run's facts in columns, or what differs between several."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from tui.runs.details import MADE_FROM, RESULT, Block, Details

_COLUMN: Final = 36  # cells: two columns of facts in 80, three in 120
_GAP: Final = 2
_NAME: Final = "$foreground 60%"
_HEADING: Final = "bold $primary"
_UNKNOWN: Final = "–"
_NO_NOTE: Final = "no note yet; n writes one"
_LEAST_VALUE: Final = 8
_MOST_VALUE: Final = 36


def detail_lines(details: Details, width: int) -> list[Content]:
    """Write all that is known of a run, no line longer than `width` cells."""
    if details.problem:
        return [Content.styled(line, "$warning") for line in textwrap.wrap(details.problem, width)]
    lines = [Content(line) for text in details.sentences for line in textwrap.wrap(text, width)]
    note = f"note: {details.note}" if details.note else _NO_NOTE
    style = "italic" if details.note else "$foreground 50%"
    lines += [Content.styled(line, style) for line in textwrap.wrap(note, width)]
    count = max((width + _GAP) // (_COLUMN + _GAP), 1)
    room = (width + _GAP) // count - _GAP
    columns = _in_columns([_block(block, room) for block in details.blocks], count)
    return [*lines, *_beside(columns, room)]


def _block(block: Block, width: int) -> list[Content]:
    names = max(map(cell_len, block.facts))
    lines = [Content.styled(block.heading, _HEADING)]
    for name, value in block.facts.items():
        wrapped = textwrap.wrap(value, max(width - names - _GAP, _LEAST_VALUE)) or [""]
        for label, part in zip_longest([name], wrapped, fillvalue=""):
            lines.append(Content.assemble((set_cell_size(label, names + _GAP), _NAME), part))
    return lines


def _in_columns(blocks: Sequence[list[Content]], count: int) -> list[list[Content]]:
    """Put blocks into `count` columns, in their order and none divided, the longest as short as can be."""
    for height in range(max(map(len, blocks), default=0), sum(len(block) + 1 for block in blocks) + 1):
        columns: list[list[Content]] = [[]]
        for block in blocks:
            if columns[-1] and len(columns[-1]) + 1 + len(block) > height:
                columns.append([])
            columns[-1] += [*([Content("")] if columns[-1] else []), *block]
        if len(columns) <= count:
            return columns
    return []


def _beside(columns: Sequence[list[Content]], width: int) -> Iterator[Content]:
    for row in zip_longest(*columns, fillvalue=Content("")):
        padded = [cell.pad_right(max(width + _GAP - cell.cell_length, 0)) for cell in row[:-1]]
        yield Content.assemble(*padded, row[-1])


def difference_lines(runs: Sequence[Details], width: int) -> list[Content]:
    """Write in which facts runs differ, a column a run, as many as fit into `width` cells."""
    rows = [("run", [run.name for run in runs]), *_accuracies(runs)]
    if len({run.suite for run in runs}) > 1:
        rows.insert(1, ("suite", [run.suite for run in runs]))
    differing = list(_differing(runs))
    names = max(len(name) for name, _ in [*rows, *differing])
    widest = max(cell_len(value) for _, values in [*rows, *differing] for value in values)
    column = max(min(widest, _MOST_VALUE, (width - names) // max(len(runs), 1) - _GAP), _LEAST_VALUE)
    shown = max(min((width - names) // (column + _GAP), len(runs)), 1)
    lines = [line for row in [*rows, *differing] for line in _row(row, names, column, shown)]
    if not differing:
        lines.append(Content.styled("no setting, image or version differs", _NAME))
    if shown < len(runs):
        lines.append(Content.styled(f"… and {len(runs) - shown} more, for which there is no room", _NAME))
    return lines


def _accuracies(runs: Iterable[Details]) -> list[tuple[str, list[str]]]:
    name = "test accuracy"
    return [(name, [_facts(run, RESULT).get(name, _UNKNOWN).partition(" ")[0] for run in runs])]


def _facts(run: Details, heading: str) -> dict[str, str]:
    return {
        name: value for block in run.blocks if block.heading == heading for name, value in block.facts.items()
    }


def _differing(runs: Sequence[Details]) -> Iterator[tuple[str, list[str]]]:
    """Yield each fact that is not the same for all of `runs`, of what they are made from, with its values."""
    seen = {
        (block.heading, name): None
        for run in runs
        for block in run.blocks
        if block.heading in MADE_FROM
        for name in block.facts
    }
    for heading, name in sorted(seen, key=lambda fact: MADE_FROM.index(fact[0])):
        values = [_facts(run, heading).get(name, _UNKNOWN) for run in runs]
        if len(set(values)) > 1:
            yield name, values


def _row(row: tuple[str, Sequence[str]], names: int, width: int, shown: int) -> Iterator[Content]:
    name, values = row
    cells = [textwrap.wrap(value, width) or [""] for value in values[:shown]]
    for label, *parts in zip_longest([name], *cells, fillvalue=""):
        line = "".join(set_cell_size(part, width + _GAP) for part in parts).rstrip()
        yield Content.assemble(
            (set_cell_size(label, names + _GAP), _NAME), (line, "bold" if name == "run" else "")
        )
