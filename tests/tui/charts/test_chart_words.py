from dataclasses import replace

import pytest

from core.results.run_styles import SHAPES
from tui.charts.chart_words import key, legend, newest, readout
from tui.charts.curve import Band, ChartSpec, Curve, CurveStyle
from tui.charts.ink import Line
from tui.charts.signs import Signs

_XS = (1.0, 2.0, 3.0)
_SIGNS = Signs()


def _curves(label: str, look: int, ys: tuple[float, float, float]) -> tuple[Curve, ...]:
    line = Curve(label=label, part="training", xs=_XS, ys=ys, colour=f"norm-{label}", shape=SHAPES[look])
    tests = tuple(y + 0.5 for y in ys[1:])
    return (
        replace(line, part="raw", style=CurveStyle.FAINT),
        line,
        replace(line, part="test", xs=_XS[1:], ys=tests, style=CurveStyle.MARKED),
    )


_SPEC = ChartSpec(
    title="loss",
    x_label="epoch",
    curves=(*_curves("batch", 0, (1.2, 1.1, 1)), *_curves("layer", 1, (2.2, 2.1, 2))),
)


def _text(line: Line) -> str:
    return "".join(piece.text for piece in line)


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (40, "loss  ━● batch  ━▲ layer"),
        (20, "loss  ●batch ▲layer"),
        (17, "loss  ●bat… ▲lay…"),
        (12, "loss   …"),
        (8, "loss   …"),
        (3, ""),
    ],
)
def test_a_legend_keeps_what_fits(width: int, words: str) -> None:
    assert _text(legend(_SPEC, _SIGNS, width)[0]) == words


def test_a_legend_shows_a_run_by_its_marker_wherever_that_stands() -> None:
    reversed_ = replace(_SPEC, curves=_SPEC.curves[::-1])
    assert _text(legend(reversed_, _SIGNS, 20)[0]) == "loss  ▲layer ●batch"


def test_what_many_names_share_is_written_once() -> None:
    curves = [curve for i in range(6) for curve in _curves(f"batch, seed {i}", i, (3, 2, 1))]
    words = _text(legend(replace(_SPEC, curves=tuple(curves)), _SIGNS, 50)[0])
    assert words == "loss  batch, seed: ●0 ▲1 ■2 ○3 △4 □5"


def test_runs_of_one_colour_have_different_signs() -> None:
    curve = _curves("batch", 0, (3, 2, 1))[1]
    plain = Signs(colour=False)
    pens = {plain.pen(replace(curve, shape=shape)) for shape in SHAPES}
    assert len(pens) == len(set(map(plain.dash, SHAPES))) == len(SHAPES)


def test_a_legend_differs_without_colour_and_without_utf_8() -> None:
    assert _text(legend(_SPEC, Signs(colour=False), 40)[0]) == "loss  ━● batch  ╍▲ layer"
    assert _text(legend(_SPEC, Signs(ascii_only=True), 40)[0]) == "loss  *o batch  +x layer"


def test_the_key_tells_what_is_marked_from_what_stands_back() -> None:
    assert _text(key(_SPEC, _SIGNS, 40)) == "━● test  ─ training  ◉ several"
    assert _text(key(_SPEC, _SIGNS, 20)) == "━● test  ─ training"
    assert _text(key(replace(_SPEC, curves=_SPEC.curves[:3]), _SIGNS, 40)) == "━● test  ─ training"
    assert _text(key(replace(_SPEC, curves=()), _SIGNS, 40)) == ""


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (70, "epoch 2: batch 1.600 (training 1.100) · layer 2.600 (training 2.100)"),
        (50, "epoch 2: batch 1.600/1.100 · layer 2.600/2.100"),
        (45, "2: ●1.600/1.100 ▲2.600/2.100"),
        (27, "2: ●1.600 ▲2.600"),
        (15, "2: ●1.600 …"),
        (4, ""),
    ],
)
def test_a_readout_keeps_what_fits(width: int, words: str) -> None:
    shown = _text(readout(_SPEC, 2, _SIGNS, width))
    assert shown == words
    assert len(shown) <= width


def test_a_readout_tells_what_was_known_then() -> None:
    assert _text(readout(_SPEC, 1.4, _SIGNS, 80)) == "epoch 1.40: batch (1.200) · layer (2.200)"
    assert _text(readout(_SPEC, 1.4, _SIGNS, 30)) == "1.40: ●-/1.200 ▲-/2.200"
    assert _text(readout(_SPEC, 3, _SIGNS, 80)).startswith("epoch 3: batch 1.500 (training 1.000) · ")


def test_a_run_that_had_ended_is_not_read() -> None:
    longer = tuple(
        replace(curve, xs=tuple(x + 2 for x in curve.xs)) for curve in _curves("layer", 1, (3, 3, 3))
    )
    spec = replace(_SPEC, curves=(*_curves("batch", 0, (1, 1, 1)), *longer))
    assert _text(readout(spec, 4.2, _SIGNS, 80)) == "epoch 4.20: layer 3.500 (training 3.000)"


def test_units_are_written() -> None:
    timed = replace(_SPEC, x_label="time", clock=True, percent=True)
    assert _text(readout(timed, 2, _SIGNS, 80)) == (
        "time 0:02: batch 1.6% (training 1.1%) · layer 2.6% (training 2.1%)"
    )


def test_extreme_values_are_short() -> None:
    spec = replace(_SPEC, curves=_curves("batch", 0, (1e9, 1e-6, float("nan"))))
    assert _text(readout(spec, 1, _SIGNS, 80)) == "epoch 1: batch (1.00e+09)"
    assert _text(readout(spec, 2, _SIGNS, 80)) == "epoch 2: batch 0.500 (training 1.00e-06)"
    assert _text(newest(spec, _SIGNS, 80)) == "batch nan (training nan)"


def test_the_newest_values_stand_in_one_line() -> None:
    assert _text(newest(_SPEC, _SIGNS, 50)) == "batch 1.500/1.000 · layer 2.500/2.000"
    assert _text(newest(_SPEC, _SIGNS, 14)) == "●1.500 ▲2.500"
    assert _text(newest(_SPEC, _SIGNS, 2)) == ""


def test_a_legend_that_is_too_long_stands_in_lines_and_tells_what_is_left_out() -> None:
    curves = [curve for i in range(6) for curve in _curves(f"batch, learning rate 0.01{i}", i, (3, 2, 1))]
    spec = replace(_SPEC, curves=tuple(curves))
    title, lines = legend(spec, _SIGNS, 31, 3, 24)
    assert _text(title) == "loss  batch, learning rate:"
    assert [_text(line).rstrip() for line in lines] == [
        "●0.010  ▲0.011  ■0.012",
        "○0.013  △0.014  □0.015",
    ]
    title, lines = legend(spec, _SIGNS, 31, 1, 24)
    assert [_text(line).rstrip() for line in lines] == ["●0.010  ▲0.011  4 more"]


def test_the_key_tells_that_curves_are_means_and_what_the_band_is() -> None:
    shaded = Band(part="test", xs=_XS, lows=_XS, highs=_XS, colour="norm-batch")
    spec = replace(_SPEC, bands=(shaded,))
    wide = "means of seeds: ━● test  ─ training  ⡂⡂ test, lowest to highest"
    assert _text(key(spec, _SIGNS, 70)) == wide
    assert _text(key(spec, _SIGNS, 40)) == "means: ━● test  ─ training  ⡂⡂ seeds"
    assert _text(key(spec, Signs(ascii_only=True), 30)) == "*o test  . training  ,, seeds"
