import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config.presets import Norm, Preset
from core.runs.run_state import Outcome
from tests.tui.runs.test_listing import summary
from tui.frame.action import Place
from tui.help.sentences import ABOUT
from tui.runs.columns import row_of
from tui.runs.run_filter import FIELDS, parse_filter

BATCH = row_of(
    replace(
        summary(1, Norm.BATCH, 0.8123),
        learning_rate=0.02,
        limit_train=3000,
        seeds=3,
        data="CIFAR-10 (JPEG)",
        note="A lower rate",
        seconds=125.4,
    )
)
LAYER = row_of(
    replace(
        summary(2, Norm.LAYER, 0.35),
        preset=Preset.FAST,
        outcome=Outcome.FAILED,
        epochs_done=4,
        data="demo",
        best_accuracy=0.4,
        batch_size=64,
    )
)
WAITING = row_of(
    replace(
        summary(3, Norm.GROUP, None),
        outcome=Outcome.WAITING,
        locked=False,
        epochs_done=0,
        seconds=None,
        started_at=None,
    )
)
ALL = {"b": BATCH, "l": LAYER, "w": WAITING}


def found(text: str) -> str:
    condition = parse_filter(text)
    assert condition.mistake == "", text
    return "".join(name for name, row in ALL.items() if condition.takes(row))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", "blw"),
        ("norm:layer", "l"),
        ("NORM:La", "l"),
        ("norm:layer,group", "lw"),
        ("norm!=layer", "bw"),
        ("preset=tuned", "bw"),
        ("data:cifar", "bw"),
        ("data:demo", "l"),
        ("state:failed", "l"),
        ("state:not", "w"),
        ("state:fin,fail", "bl"),
        ("seed:1,3", "bw"),
        ("seed>1", "lw"),
        ("seeds:3", "b"),
        ("seeds<3", "lw"),
        ("epochs<20", "lw"),
        ("epochs:20", "b"),
        ("acc>80", "b"),
        ("acc>=81.23", "b"),
        ("acc:81.23", "b"),
        ("acc<0.5", "l"),
        ("acc<50%", "l"),
        ("acc!=35", "b"),
        ("best>39", "bl"),
        ("lr>=0.01", "blw"),
        ("lr:2e-2", "b"),
        ("lr<0.02", "lw"),
        ("batch:64,32", "l"),
        ("limit:3000", "b"),
        ("limit:3k", "b"),
        ("limit:all", "lw"),
        ("limit<5000", "b"),
        ("time<2m", "l"),
        ("time:2:05", "b"),
        ("time>100s", "bl"),
        ("norm:layer lr>=0.01 failed", "l"),
        ("acc>40 tuned", "b"),
        ("lower", "b"),
        ("09:30 nothing", ""),
        ("norm", ""),
    ],
)
def test_words_and_conditions_narrow_the_list(text: str, rows: str) -> None:
    assert found(text) == rows


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("foo:1", f"no foo: {' '.join(FIELDS)}"),
        ("norm:lyer", "lyer? norm:batch, layer or group"),
        ("preset:x", "x? preset:reference, tuned, fast or best"),
        ("norm>batch", "> compares numbers; here it is : or !=, norm:batch, layer or group"),
        ("lr>", "lr> needs a value: a peak learning rate, such as lr>=0.01"),
        ("lr:,", "lr:, needs a value: a peak learning rate, such as lr>=0.01"),
        ("acc>high", "high is no such number: a test accuracy in percent, such as acc>80"),
        ("acc>nan", "nan is no such number: a test accuracy in percent, such as acc>80"),
        ("time<h", "h is no such number: training and evaluation, such as time<2m"),
        (
            "state:lots",
            "lots? state:training, waiting, not started, finished, stopped, failed, lost or diverged",
        ),
        ("seed:1,x layer foo:1", "1,x is no such number: a seed, such as seed:0,1"),
    ],
)
def test_a_mistake_is_told_in_a_line_and_narrows_nothing(text: str, mistake: str) -> None:
    condition = parse_filter(text)
    assert condition.mistake == mistake
    assert condition.takes(LAYER)
    assert bool(condition)


@given(st.text(alphabet="normaclidt:=<>!,.%0123456789ek- \x00é", max_size=30))
def test_whatever_is_typed_is_a_filter(text: str) -> None:
    condition = parse_filter(text)
    assert "\n" not in condition.mistake
    for row in ALL.values():
        condition.takes(row)


@pytest.mark.parametrize("field", ["seed", "epochs", "acc", "lr", "batch", "limit", "time"])
@given(number=st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_is_less_equal_or_more(field: str, number: float) -> None:
    text = f"{abs(number):f}"
    less, more = (parse_filter(f"{field}{sign}{text}") for sign in ("<", ">="))
    assert less.takes(BATCH) is not more.takes(BATCH)
    assert math.isfinite(float(text))


def test_the_help_names_every_field() -> None:
    words = ABOUT[Place.RUNS].replace(",", " ").split()
    assert set(FIELDS) <= set(words)
