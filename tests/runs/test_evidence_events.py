import base64
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config.presets import Norm
from core.runs.event_codec import from_line, to_line
from core.runs.events import Event, Record, UnknownEvent
from core.runs.evidence_events import (
    AnswersMarked,
    Crop,
    NormalizationShown,
    NormalizedActivation,
    NormStatistics,
    Sample,
    SamplesShown,
)
from core.runs.run_reducer import after
from core.runs.run_state import RunState
from core.training.png import png_text
from tests.report.example_runs import config, opening_events

PNG = png_text(np.zeros((4, 4, 3), np.uint8))
SAMPLES = SamplesShown(
    samples=(
        Sample(index=3, true_class=0, png=PNG, crops=(Crop(top=-1, left=2, mirrored=True),)),
        Sample(index=0, true_class=1, png=PNG, crops=()),
    )
)
ACTIVATION = NormalizedActivation(
    image=0,
    channel=1,
    row=16,
    column=16,
    before=3.0,
    mean=1.0,
    variance=4.0,
    normalized=1.0,
    weight=0.5,
    bias=-0.5,
    after=0.0,
)
NORMALIZATION = NormalizationShown(
    epoch=2,
    layer="BatchNorm2d",
    shape=(4, 8, 32, 32),
    images_together=4,
    channels_together=1,
    weight_shape=(8,),
    eps=1e-5,
    statistics=(
        NormStatistics(image=None, channel=0, mean=1.0, variance=4.0, running_mean=0.5, running_variance=3.0),
        NormStatistics(image=0, channel=0, mean=float("inf"), variance=4.0),
    ),
    example=ACTIVATION,
    in_evaluation=ACTIVATION,
)


@given(right=st.lists(st.booleans(), max_size=40))
def test_answers_are_read_as_numpy_packed_them(right: list[bool]) -> None:
    packed = base64.b64encode(np.packbits(np.array(right, dtype=bool)).tobytes()).decode()
    marked = AnswersMarked(epoch=1, images=len(right), right=packed)
    assert marked.answers == tuple(right)


def test_the_first_image_is_in_the_highest_bit() -> None:
    marked = AnswersMarked(epoch=1, images=3, right=base64.b64encode(b"\x80").decode())
    assert marked.answers == (True, False, False)


@pytest.mark.parametrize("right", ["gA==", "!", "gIA"], ids=["too few bytes", "no base64", "cut"])
def test_a_damaged_line_is_no_answer_and_no_error(right: str) -> None:
    line = to_line(Record(4, 2.5, AnswersMarked(epoch=1, images=9, right="gIA=")))
    assert isinstance(from_line(line.replace("gIA=", right)).event, UnknownEvent)


@pytest.mark.parametrize(
    "classes", ["!", "eJw=", "eJxjYGBgYGBgAAAABgAB"], ids=["no base64", "cut", "too few"]
)
def test_damaged_classes_are_no_answer_and_no_error(classes: str) -> None:
    whole = base64.b64encode(zlib.compress(struct.pack("<9H", *range(9)))).decode()
    line = to_line(Record(4, 2.5, AnswersMarked(epoch=1, images=9, right="gIA=", classes=whole)))
    assert isinstance(from_line(line).event, AnswersMarked)
    assert isinstance(from_line(line.replace(whole, classes)).event, UnknownEvent)


@pytest.mark.parametrize("event", [SAMPLES, NORMALIZATION], ids=lambda event: type(event).__name__)
def test_evidence_survives_the_file(event: Event) -> None:
    record = Record(7, 1_700_000_000.25, event)
    assert from_line(to_line(record)) == record


def test_a_run_keeps_what_it_has_shown() -> None:
    answers = AnswersMarked(epoch=1, images=3, right="gA==")
    state = RunState("batch")
    shown: tuple[Event, ...] = (*opening_events(config(Norm.BATCH)), SAMPLES, answers, NORMALIZATION)
    for number, event in enumerate(shown):
        state = after(state, Record(number, 100.0, event))
    assert (state.samples, state.answers, state.normalization) == (SAMPLES, answers, NORMALIZATION)
