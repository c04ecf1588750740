"""How several small images share a place, each with lines of words below it."""

from dataclasses import dataclass, replace
from typing import Final

from textual.geometry import Size

MOST_LINES: Final = 16  # of a picture: every pixel of a test image of CIFAR-10 is seen
_GAP: Final = 1  # column between two images
_FEW: Final = 10  # images that are always shown
_CLEAR: Final = 8  # lines of a picture, for whose sake more images than those are left out
_LEAST_WORDS: Final = 14  # columns, where there are no pictures to look at


@dataclass(frozen=True, slots=True)
class PictureLayout:
    """Images in rows and `columns`, each with a picture of size `picture` above so many lines of `words`.

    There are no pictures where that has no lines; each image then has words alone. Rows have a blank line
    between them where `spaced`.
    """

    rows: int
    columns: int
    picture: Size
    words: int
    spaced: bool

    @property
    def pitch(self) -> int:
        """How many lines there are from one row to the next."""
        return self.picture.height + self.words + self.spaced

    @property
    def height(self) -> int:
        """How many lines there are in all."""
        return self.rows * self.pitch - self.spaced


def arranged(size: Size, count: int, words: int, least: int) -> PictureLayout:
    """Share out `size` cells between `count` images with so many lines of `words` each.

    Pictures are as large as can be; where they would have fewer lines than `least`, there are none.
    """
    lines, rows = max((_picture_lines(size, count, words, rows), -rows) for rows in range(1, count + 1))
    if lines < least:
        lines, rows = 0, -_rows_of_words(size, count, words)
    columns = -(-count // -rows)
    layout = PictureLayout(-(-count // columns), columns, Size(2 * lines, lines), words, spaced=False)
    spaced = replace(layout, spaced=layout.rows > 1)
    return spaced if spaced.height <= size.height else layout


def count_shown(size: Size, count: int, words: int, least: int) -> int:
    """Return how many of `count` images are shown: more than a few only where all of them are clear."""
    clear = max(least, _CLEAR)

    def lines(shown: int) -> int:
        return max(_picture_lines(size, shown, words, rows) for rows in range(1, shown + 1))

    return next((shown for shown in range(count, _FEW, -1) if lines(shown) >= clear), min(count, _FEW))


def lines_wanted(size: Size, count: int, words: int, least: int) -> int:
    """Return how many of the lines of `size` are made use of; 0 where not all words find room."""
    height = arranged(size, count_shown(size, count, words, least), words, least).height
    return height if height <= size.height else 0


def _rows_of_words(size: Size, count: int, words: int) -> int:
    """Return in how many rows there are words alone: as few as leave them room, at most as many as fit."""
    fitting = max(1, min(count, size.height // max(words, 1)))
    roomy = (rows for rows in range(1, fitting + 1) if size.width // -(-count // rows) > _LEAST_WORDS)
    return next(roomy, fitting)


def _picture_lines(size: Size, count: int, words: int, rows: int) -> int:
    """Return how many lines a square picture may have where images stand in `rows`."""
    columns = -(-count // rows)
    return min((size.width // columns - _GAP) // 2, size.height // rows - words, MOST_LINES)
