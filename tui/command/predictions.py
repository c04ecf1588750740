"""How predictions are shown: as a table, with pictures, or as lines of JSON."""

import base64
import json
import math
from collections.abc import Sequence
from typing import Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.printable import printable
from core.results.number_format import count, percent
from core.supervisor.model_tasks import ImageSeen, classes_by_probability
from tui.command.parsers.models import DEFAULT_TOP
from tui.command.score import Score
from tui.command.standard_streams import print_drawn, print_script


class Predictions(Protocol):
    """Who is told what comes of images, one by one."""

    def begin(self, classes: Sequence[str], labels: Sequence[int] | None) -> None:
        """Take the names of the classes, and the images' own places among them where these are known."""

    def take(self, file: str, seen: ImageSeen) -> None:
        """Take what the image in `file` was taken for."""

    def refuse(self, file: str, reason: str) -> None:
        """Take that the image in `file` cannot be used."""

    def end(self) -> None:
        """Show what comes after the last."""


class JsonPredictions:
    """Writes a line for each image: path, classes, the likeliest first, and probabilities.

    Where the images' classes are known, each line has its image's, and a last one how many were right.
    """

    def __init__(self, top: int | None) -> None:
        self._top = top
        self._classes: Sequence[str] = ()
        self._score: Score | None = None

    def begin(self, classes: Sequence[str], labels: Sequence[int] | None) -> None:
        """Take the names of the classes, and the images' own where they are known."""
        self._classes = classes
        self._score = None if labels is None else Score(classes, labels)

    def take(self, file: str, seen: ImageSeen) -> None:
        """Write the image's line."""
        best = classes_by_probability(seen.probabilities)
        line: dict[str, object] = {"path": file}
        if self._score is not None:
            line["class"] = self._score.take(seen.number, best[0])
        shown = best[: self._top]
        line["classes"] = [self._classes[place] for place in shown]
        line["probabilities"] = [_number(seen.probabilities[place]) for place in shown]
        print_script(json.dumps(line))

    def refuse(self, file: str, reason: str) -> None:
        """Write that it cannot be used."""
        print_script(json.dumps({"path": file, "error": reason}))

    def end(self) -> None:
        """Write how many were right."""
        if self._score is not None and self._score.images:
            score = self._score
            print_script(
                json.dumps({"images": score.images, "right": score.right, "accuracy": score.accuracy})
            )


class ShownPredictions:
    """Shows a table to people, or each image with its picture as it comes.

    Where the images' classes are known, the table is of classes, and says how many of each were right.
    """

    def __init__(self, top: int | None) -> None:
        self._top = top or DEFAULT_TOP
        self._classes: Sequence[str] = ()
        self._score: Score | None = None
        self._rows: list[tuple[str, ...]] = []
        self._console = Console(highlight=False, markup=False, emoji=False)

    def begin(self, classes: Sequence[str], labels: Sequence[int] | None) -> None:
        """Take the names of the classes, and the images' own where they are known."""
        self._classes = classes
        self._score = None if labels is None else Score(classes, labels)

    def take(self, file: str, seen: ImageSeen) -> None:
        """Show the image, or keep its row for the table."""
        best = classes_by_probability(seen.probabilities)
        if self._score is not None:
            self._score.take(seen.number, best[0])
        guesses = [
            f"{self._classes[place]} {percent(seen.probabilities[place], 1)}" for place in best[: self._top]
        ]
        if seen.pixels:
            self._show(base64.b64decode(seen.pixels), [printable(file), "", *guesses])
        elif self._score is None:
            self._rows.append((printable(file), *guesses))

    def refuse(self, file: str, reason: str) -> None:
        """Leave it to standard error."""

    def end(self) -> None:
        """Show the table."""
        if self._rows:
            self._print(_table(("image", "most likely", *[""] * (len(self._rows[0]) - 2)), self._rows))
        if self._score is not None and self._score.images:
            self._print(_table(("class", "images", "right", "accuracy"), self._score.rows()))
            score = self._score
            self._print(
                Text(f"{count(score.right)} of {count(score.images)} right: {percent(score.accuracy)}")
            )

    def _show(self, pixels: bytes, words: Sequence[str]) -> None:
        from tui.command.half_blocks import drawn  # noqa: PLC0415 - brings Textual, for pictures alone

        console = self._console
        colour = bool(console.color_system) and not (console.no_color or console.options.ascii_only)
        grid = Table.grid(padding=(0, 2))
        grid.add_row(drawn(pixels, colour=colour), Text("\n".join(words)))
        self._print(grid)

    def _print(self, shown: Table | Text) -> None:
        with self._console.capture() as drawn:
            self._console.print(shown)
        print_drawn("\n".join(line.rstrip() for line in drawn.get().splitlines()))


def _number(probability: float) -> float | None:
    """Return what JSON has for it; a network that has diverged gives none."""
    return None if math.isnan(probability) else probability


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table
