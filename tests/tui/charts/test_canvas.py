import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.results.run_styles import SHAPES
from tui.charts.canvas import Drawing, draw
from tui.charts.curve import Band, ChartSpec, Curve, CurveStyle, Guide, Mark
from tui.charts.ink import PLAIN, Ink
from tui.charts.signs import Signs

_LINE = Curve(label="batch", part="training", xs=(0, 1, 2, 4), ys=(4, 2, 1, 0.5), colour="norm-batch")
_TEST = Curve(label="batch", part="test", xs=(1, 2), ys=(3, 2), colour="norm-batch", style=CurveStyle.MARKED)
_SPEC = ChartSpec(title="loss", x_label="epoch", curves=(_LINE, _TEST))
_LIMIT = Guide(height=70, label="limit 70%", short="70%", colour="limit")


def _drawn(spec: ChartSpec, width: int = 60, height: int = 14, signs: Signs | None = None) -> Drawing:
    drawing = draw(spec, width, height, signs or Signs())
    assert drawing is not None
    return drawing


def _text(drawing: Drawing) -> list[str]:
    return ["".join(piece.text for piece in line) for line in drawing.lines]


def _inks(drawing: Drawing, sign: str) -> set[Ink]:
    return {piece.ink for line in drawing.lines for piece in line if sign in piece.text}


def test_a_plot_has_axes_lines_marks_and_a_name_at_the_curves_end() -> None:
    assert [line.rstrip() for line in _text(_drawn(_SPEC, 40, 10))] == [
        "    4┤⠱⡀",
        "     │ ⠑⡄",
        "    3┤  ⠈⢆ ⠐●⡀",
        "     │   ⠈⢢  ⠈⠒⢄",
        "    2┤     ⠣⣀   ⠉●            batch 2.00",
        "     │       ⠑⠤⡀",
        "    1┤         ⠈⠒⢄⣀",
        "     │             ⠉⠉⠉⠒⠒⠢⠤⠤⢄⣀",
        "     └┬──────────┬──────────┬",
        "epoch 0          2          4",
    ]


def test_points_of_several_curves_in_one_cell_are_told_from_one_curves() -> None:
    near = replace(_TEST, ys=(3.01, 1), label="layer", colour="norm-layer", shape=SHAPES[1])
    drawing = _drawn(replace(_SPEC, curves=(_TEST, near)), 60, 12)
    signs = "".join(_text(drawing))
    assert [signs.count(sign) for sign in "◉●▲"] == [1, 1, 1]
    assert _inks(drawing, "◉") == {PLAIN}
    two_settings = replace(_SPEC, curves=(_TEST, replace(near, colour="norm-batch")))
    assert _inks(_drawn(two_settings, 60, 12), "◉") == {Ink("norm-batch")}


def test_an_end_is_named_by_the_marked_curve_or_by_the_line_before_there_is_one() -> None:
    waiting = replace(_TEST, label="layer", xs=(), ys=())
    training = replace(_LINE, label="layer", ys=(4, 3, 3, 3), colour="norm-layer")
    drawing = _drawn(replace(_SPEC, curves=(_LINE, _TEST, training, waiting)))
    assert _inks(drawing, "batch 2.000") == {Ink("norm-batch")}
    assert _inks(drawing, "layer 3.000") == {Ink("norm-layer", dim=True)}


def test_ends_that_are_close_are_named_one_below_the_other_and_what_names_share_is_left_out() -> None:
    curves = tuple(
        replace(_TEST, ys=(10, height), label=f"batch, preset best, seed {seed}", shape=SHAPES[seed])
        for seed, height in enumerate((79.5, 79.6, 80.3))
    )
    lines = _text(_drawn(replace(_SPEC, curves=curves, percent=True)))
    ends = [line.rstrip()[-6:] for line in lines if line.rstrip()[-4:] in {"79.5", "79.6", "80.3"}]
    assert ends == ["2 80.3", "1 79.6", "0 79.5"]


@pytest.mark.parametrize("signs", [Signs(), Signs(colour=False), Signs(ascii_only=True)])
@pytest.mark.parametrize("size", [(20, 6), (21, 7), (60, 18), (98, 50), (300, 6), (20, 100)])
def test_a_plot_fills_its_room(signs: Signs, size: tuple[int, int]) -> None:
    guided = replace(_SPEC, guides=(_LIMIT, replace(_LIMIT, height=3)))
    drawing = _drawn(guided, *size, signs)
    lines = _text(drawing)
    assert (max(map(len, lines)), len(lines)) == size


_ANY = st.floats(allow_nan=True, allow_infinity=True)


@settings(max_examples=60)
@given(
    st.lists(_ANY, min_size=1, max_size=80),
    st.sampled_from(CurveStyle),
    st.tuples(st.integers(20, 120), st.integers(6, 40)),
    st.sampled_from([_SPEC, replace(_SPEC, log_y=True), replace(_SPEC, clock=True)]),
)
def test_whatever_the_values_are_something_is_drawn(
    ys: list[float], style: CurveStyle, size: tuple[int, int], spec: ChartSpec
) -> None:
    xs = tuple(i / 7 for i in range(len(ys)))
    curve = replace(_LINE, xs=xs, ys=tuple(ys), style=style)
    drawing = draw(replace(spec, curves=(curve,)), *size, Signs())
    seen = any((y > 1e-100 or not spec.log_y) and abs(y) < 1e100 for y in ys)
    assert (drawing is not None) == seen
    if drawing is not None:
        assert {len(line) for line in _text(drawing)} == {size[0]}


def test_without_points_there_is_no_plot() -> None:
    assert draw(replace(_SPEC, curves=()), 60, 20, Signs()) is None
    nan = replace(_LINE, ys=(math.nan,) * 4)
    assert draw(replace(_SPEC, curves=(nan,)), 60, 20, Signs()) is None


def test_a_curve_has_its_runs_colour_and_raw_values_are_faint() -> None:
    raw = replace(_LINE, ys=(2.5,) * 4, style=CurveStyle.FAINT, colour="norm-layer")
    drawing = _drawn(replace(_SPEC, curves=(raw, _TEST)))
    assert _inks(drawing, "●") == {Ink("norm-batch")}
    assert _inks(_drawn(replace(_SPEC, curves=(_LINE,))), "⠉") == {Ink("norm-batch", dim=True)}
    assert Ink("norm-layer", faint=True) in {piece.ink for line in drawing.lines for piece in line}


def test_a_guide_is_named_beside_the_plot() -> None:
    spec = replace(_SPEC, curves=(replace(_LINE, ys=(10, 60, 68, 72)),), guides=(_LIMIT,), percent=True)
    wide, narrow, narrowest = (_text(_drawn(spec, width)) for width in (80, 40, 24))
    (line,) = [line for line in wide if "┈" in line]
    assert line.rstrip().endswith("limit 70%")
    assert any(line.rstrip().endswith(" 70%") for line in narrow)
    assert not any("limit" in line for line in narrow + narrowest)
    assert _inks(_drawn(spec, 80), "limit 70%") == {Ink("limit")}


def test_guides_that_are_close_are_named_one_below_the_other() -> None:
    guides = tuple(
        Guide(height=height, label=f"at {height}", short=f"{height}", colour="limit") for height in (70, 70.4)
    )
    spec = replace(_SPEC, curves=(replace(_LINE, ys=(10, 60, 68, 72)),), guides=guides)
    named = [line.rpartition("at ")[2].rstrip() for line in _text(_drawn(spec, 100)) if "at " in line]
    assert named == ["70.4", "70"]


def test_a_guide_is_named_by_its_line_or_not_at_all() -> None:
    guides = tuple(
        Guide(height=height, label=f"at {height}", short=f"{height}", colour="limit")
        for height in (70.0, 73.5, 67.9, 70.8)
    )
    spec = replace(_SPEC, curves=(replace(_LINE, ys=(10, 60, 68, 20)),), guides=guides)
    shown = _text(_drawn(spec, 100, 8))
    named = [line.rpartition("at ")[2].strip() for line in shown if "at " in line]
    assert "70.0" in named
    assert 1 < len(named) < 4
    (line,) = (row for row, text in enumerate(shown) if "┈" in text)
    assert all(abs(row - line) <= 1 for row, text in enumerate(shown) if "at " in text)


def test_lines_differ_without_colour() -> None:
    level = tuple(float(i) for i in range(200)), (1.0,) * 200
    curves = [
        replace(_LINE, xs=level[0], ys=level[1], shape=shape, style=CurveStyle.MARKED) for shape in SHAPES
    ]
    plain = {
        "".join(_text(_drawn(replace(_SPEC, curves=(curve,)), signs=Signs(colour=False)))) for curve in curves
    }
    ascii_only = {
        "".join(_text(_drawn(replace(_SPEC, curves=(curve,)), signs=Signs(ascii_only=True))))
        for curve in curves
    }
    assert len(plain) == len(ascii_only) == len(SHAPES)


def test_lines_that_share_a_cell_are_both_seen() -> None:
    high, low = replace(_LINE, ys=(4, 4, 4, 4)), replace(_LINE, ys=(3.9, 3.9, 3.9, 3.9), label="layer")
    frame = replace(_LINE, xs=(0,), ys=(0.0,), label="group")
    one, other, both = (
        {sign for line in _text(_drawn(replace(_SPEC, curves=(*curves, frame)))) for sign in line}
        for curves in ((high,), (low,), (high, low))
    )
    dots = both - one - other
    assert dots
    assert all(0x2800 < ord(sign) < 0x2900 for sign in dots)


def test_a_spike_of_one_step_is_seen() -> None:
    xs = tuple(float(i) for i in range(1_000))
    ys = tuple(50.0 if i == 500 else 1.0 for i in range(1_000))
    raw = replace(_LINE, xs=xs, ys=ys, style=CurveStyle.FAINT)
    (line,) = [line for line in _text(_drawn(replace(_SPEC, curves=(raw,)), 60, 22)) if "50┤" in line]
    assert any(0x2800 < ord(sign) < 0x2900 for sign in line)


def test_the_cursor_hides_no_point() -> None:
    drawing = _drawn(_SPEC)
    before, after = _text(drawing), _text(replace(drawing, lines=drawing.lines_with(2)))
    signs = zip("".join(before), "".join(after), strict=True)
    changed = [(old, new) for old, new in signs if old != new]
    assert set(changed) == {(" ", "│")}
    assert len(changed) == 14 - 2 - 2  # all rows but those of the line and of the mark
    assert drawing.lines_with(None) == drawing.lines


def test_stops_are_where_something_can_be_read() -> None:
    raw = replace(_LINE, xs=(0.5,), ys=(1,), style=CurveStyle.FAINT)
    drawing = _drawn(replace(_SPEC, curves=(_LINE, _TEST, raw)))
    assert drawing.stops() == (0, 1, 2, 4)
    assert drawing.stop_at(drawing.left) == 0
    assert drawing.stop_at(10_000) == 4


_BAND = Band(part="test", xs=(0, 4), lows=(1, 1), highs=(4, 4), colour="norm-batch")


def test_a_band_lies_beneath_the_curves_and_in_the_range_of_the_axis() -> None:
    with_band = replace(_SPEC, bands=(replace(_BAND, highs=(8, 8)),))
    drawing = _drawn(with_band, 40, 12)
    assert any("8┤" in line for line in _text(drawing))
    assert _inks(drawing, "⡂") == {Ink("norm-batch", faint=True)}
    assert _inks(drawing, "●") == {Ink("norm-batch")}
    assert sum(line.count("●") for line in _text(drawing)) == 2


def test_bands_over_each_other_take_turns() -> None:
    level = replace(_LINE, ys=(0, 0, 0, 0))
    bands = (_BAND, replace(_BAND, colour="norm-layer"))
    drawing = _drawn(replace(_SPEC, curves=(level,), bands=bands), 40, 12)
    shaded = [piece for line in drawing.lines for piece in line if "⡂" in piece.text]
    of_each = [
        sum(piece.text.count("⡂") for piece in shaded if piece.ink.colour == band.colour) for band in bands
    ]
    assert min(of_each) > 0
    assert abs(of_each[0] - of_each[1]) <= 8


def test_a_band_in_ascii_is_ascii_and_one_without_a_finite_value_is_none() -> None:
    spec = replace(_SPEC, bands=(_BAND, replace(_BAND, highs=(math.inf, math.nan))))
    words = "".join(_text(_drawn(spec, 40, 12, Signs(ascii_only=True))))
    assert "," in words
    assert not any(0x2800 <= ord(sign) < 0x2900 for sign in words)


@pytest.mark.parametrize(("signs", "sign"), [(Signs(), "✗"), (Signs(ascii_only=True), "X")])
def test_the_place_where_a_run_diverged_is_marked_above_the_curves(signs: Signs, sign: str) -> None:
    drawing = _drawn(replace(_SPEC, marks=(Mark(6, "norm-layer"),)), 60, 14, signs)
    top, *others = _text(drawing)
    assert top.rstrip().endswith(sign)  # the axis reaches to it
    assert not any(sign in line for line in others)
    assert _inks(drawing, sign) == {Ink("norm-layer")}
