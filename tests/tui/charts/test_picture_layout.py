import pytest
from textual.geometry import Size

from tui.charts.picture_layout import arranged, count_shown, lines_wanted


@pytest.mark.parametrize(
    ("size", "rows", "picture", "height"),
    [
        (Size(116, 10), 1, Size(10, 5), 9),  # the strip of 120 columns; a picture is a square
        (Size(196, 16), 1, Size(18, 9), 13),
        (Size(76, 20), 2, Size(12, 6), 20),
        (Size(116, 33), 2, Size(22, 11), 31),
        (Size(300, 200), 2, Size(32, 16), 41),  # every pixel is seen; a blank line is between the rows
        (Size(76, 17), 2, Size(0, 0), 9),
        (Size(56, 13), 3, Size(0, 0), 12),
        (Size(20, 4), 1, Size(0, 0), 4),
    ],
)
def test_ten_images_with_four_lines_of_words_use_the_room_there_is(
    size: Size, rows: int, picture: Size, height: int
) -> None:
    layout = arranged(size, 10, 4, least=5)
    assert (layout.rows, layout.picture, layout.height) == (rows, picture, height)
    assert layout.columns * layout.rows >= 10
    assert lines_wanted(size, 10, 4, least=5) == height


@pytest.mark.parametrize("size", [Size(0, 0), Size(116, 0), Size(116, 3)])
def test_where_not_even_the_words_fit_no_lines_are_wanted(size: Size) -> None:
    assert lines_wanted(size, 10, 4, least=5) == 0


@pytest.mark.parametrize(("size", "shown"), [(Size(80, 20), 10), (Size(120, 45), 21), (Size(10, 3), 10)])
def test_of_many_images_as_many_are_shown_as_can_be_made_out_and_ten_at_least(size: Size, shown: int) -> None:
    assert count_shown(size, 100, 4, 5) == shown
    assert count_shown(size, 7, 4, 5) == 7
