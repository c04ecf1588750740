import json
import math
from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.transforms import BboxBase

from core.config.presets import Norm
from core.report import figure_text
from core.report.markdown import markdown_report
from core.report.picture_plan import PictureKind, plan_pictures
from core.report.pictures import compose
from core.report.tables import json_report
from core.results.labelled_runs import label_runs
from core.results.seed_groups import seed_groups
from tests.report.many_classes import class_names, counts_of, state_of

_KINDS = (PictureKind.SAMPLES, PictureKind.MISCLASSIFIED, PictureKind.CONFUSION)
_ROUNDING = 0.01  # pixels


def _figures(classes: int, letters: int, script: str) -> Iterator[Figure]:
    groups = seed_groups(label_runs([state_of(class_names(classes, letters, script))]))
    for picture in plan_pictures(groups):
        if picture.kind in _KINDS:
            figure = compose(picture)
            figure.draw_without_rendering()  # warns of a character that no font has: an error
            yield figure


def _texts(figure: Figure) -> list[Text]:
    """Return what is written, without the bar of shades, whose labels are matplotlib's own affair."""
    own = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    found = [*figure.texts, *(text for axes in own for text in (axes.title, *axes.texts))]
    for axis in (axis for axes in own if axes.axison for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        seen = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
        found += [axis.label, *(tick.label1 for tick in seen)]
    return [text for text in found if text.get_text().strip()]


def _slanted(text: Text) -> bool:
    return text.get_rotation() % 90 != 0


@pytest.mark.parametrize(
    ("classes", "letters", "script"),
    [
        *((1, 1, "Latin"), (2, 60, "wide Latin"), (10, 12, "Japanese"), (10, 60, "Arabic")),
        *((20, 255, "Cyrillic"), (37, 30, "Hindi"), (100, 60, "wide Latin"), (101, 8, "joined emoji")),
    ],
)
def test_no_text_of_a_picture_lies_on_another_or_leaves_it(classes: int, letters: int, script: str) -> None:
    fonts = [FT2Font(findfont(FontProperties(family=[name]))) for name in figure_text.families()]
    for figure in _figures(classes, letters, script):
        boxes = [(text.get_window_extent(), text) for text in _texts(figure)]
        for (one, words), (other, more) in combinations(boxes, 2):
            assert _slanted(words) or _slanted(more) or not _overlap(one, other), (words, more)
        for before, text in pairwise(text for _, text in boxes if _slanted(text)):
            apart = _place(text) - _place(before)
            assert apart * math.sin(math.radians(45)) >= float(text.get_fontsize()) * figure.dpi / 72
        for box, text in boxes:
            assert min(box.x0, box.y0, figure.bbox.x1 - box.x1, figure.bbox.y1 - box.y1) >= 0, text
        for character in "".join(text.get_text() for _, text in boxes).replace("\n", ""):
            assert any(font.get_char_index(ord(character)) for font in fonts)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(set(names)) == len(names)
    assert len(names) == classes or classes > 100


def _overlap(one: BboxBase, other: BboxBase) -> bool:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    return across > _ROUNDING and min(one.y1, other.y1) - max(one.y0, other.y0) > _ROUNDING


def _place(text: Text) -> float:
    """Return how far right a label stands, in pixels."""
    return float(text.get_transform().transform(text.get_position())[0])


def test_a_report_on_a_thousand_classes_tells_the_least_and_best_known_and_how_many_more() -> None:
    runs = label_runs([state_of(class_names(1_000, 9, "Hindi"), norm) for norm in (Norm.BATCH, Norm.GROUP)])
    report = markdown_report(runs, "files")
    assert "Of 1,000 classes, the 20 that it knows least and the 10 that it knows best" in report
    assert "| … 970 more |  |  |  |  |" in report
    assert "What is most often taken for what, of 3,073 that there are" in report
    assert "The first training image of each of the first 20 of 1,000 classes." in report
    assert "and 960 more |" in report
    assert "The images are not CIFAR-10" in report
    assert report.count("\n") < 600
    for table in _tables(report):
        assert len({line.count("|") for line in table}) == 1


def _tables(report: str) -> Iterator[list[str]]:
    """Yield the lines of each table; no cell of these reports has a bar in it."""
    for block in report.split("\n\n"):
        if block.startswith("| "):
            yield block.split("\n")


def test_json_of_many_classes_has_their_matrix_a_row_a_line() -> None:
    runs = label_runs([state_of(class_names(101, 5), norm) for norm in Norm])
    text = json_report(runs)
    assert text.count("\n") < 3_000
    for run, norm in zip(json.loads(text)["runs"], Norm, strict=True):
        assert run["last_evaluation"]["confusion"] == [list(row) for row in counts_of(101, norm)]
