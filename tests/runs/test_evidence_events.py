import base64
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config.presets import Norm
from core.dataset.png import png_text
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
    WatchedAnswer,
    WatchedAnswered,
    WatchedImage,
    WatchedShown,
)
from core.runs.life_events import RunRestarted, RunResumed
from core.runs.run_reducer import after
from core.runs.run_state import RunState
from tests.report.example_runs import config, epoch_events, opening_events

PNG = png_text(np.zeros((4, 4, 3), np.uint8))
SAMPLES = SamplesShown(
    samples=(
        Sample(index=3, true_class=0, png=PNG, crops=(Crop(top=-1, left=2, mirrored=True),)),
        Sample(index=0, true_class=1, png=PNG, crops=()),
    )
)
WATCHED = WatchedShown(
    images=(WatchedImage(index=3, true_class=0, png=PNG), WatchedImage(index=0, true_class=9, png=PNG))
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


def _answered(epoch: int, *predicted: int) -> WatchedAnswered:
    answers = tuple(WatchedAnswer(predicted_class=number, confidence=0.5) for number in predicted)
    return WatchedAnswered(epoch=epoch, answers=answers)


@pytest.mark.parametrize(
    "event", [SAMPLES, NORMALIZATION, WATCHED, _answered(2, 0, 9)], ids=lambda event: type(event).__name__
)
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


@pytest.mark.parametrize(
    ("event", "good", "bad"),
    [
        (WATCHED, '"png":"iVBORw0KGgo', '"png":"iVBORw0KGgx'),
        (WATCHED, '"index":3', '"index":-3'),
        (_answered(1, 4), '"confidence":0.5', '"confidence":1.5'),
        (_answered(1, 4), '"predicted_class":4', '"predicted_class":1000'),
        (_answered(1, 4), '[{"predicted_class":4,"confidence":0.5}]', "[]"),
    ],
)
def test_watched_images_and_answers_that_cannot_be_are_not_believed(
    event: Event, good: str, bad: str
) -> None:
    line = to_line(Record(4, 2.5, event))
    assert good in line
    assert isinstance(from_line(line.replace(good, bad)).event, UnknownEvent)


def _run(*events: Event) -> RunState:
    state = RunState("batch")
    for number, event in enumerate(events):
        state = after(state, Record(number, 100.0, event))
    return state


def _told(epoch: int, *predicted: int) -> tuple[Event, ...]:
    trained, tested = epoch_events(Norm.BATCH, epoch)
    return trained, _answered(epoch, *predicted), tested


_OPENING = (*opening_events(config(Norm.BATCH)), WATCHED)


def test_a_run_knows_what_it_took_watched_images_for_epoch_by_epoch() -> None:
    run = _run(*_OPENING, *_told(1, 4, 9), *_told(2, 0, 9), epoch_events(Norm.BATCH, 3)[0])
    assert run.watched == WATCHED
    taken_for = [[answer.predicted_class for answer in result.watched] for result in run.epochs]
    assert taken_for == [[4, 9], [0, 9], []]
    assert [answer.predicted_class for answer in run.watched_answers] == [0, 9]  # those of whole epochs stand


def test_answers_are_kept_of_the_last_two_epochs_alone() -> None:
    run = _run(*_OPENING, *_told(1, 4, 9), *_told(2, 0, 9), *_told(3, 1, 1))
    assert [len(result.watched) for result in run.epochs] == [0, 2, 2]


@pytest.mark.parametrize(
    "back",
    [
        RunResumed(epoch=2, training_epoch=2, step=0, seconds=0.0, command="cifar-tui resume"),
        RunRestarted(epoch=2, step=3, loss=9.0, times=1, learning_rate=0.1),
    ],
    ids=lambda event: type(event).__name__,
)
def test_answers_after_an_epoch_that_is_taken_back_are_taken_back(back: Event) -> None:
    run = _run(*_OPENING, *_told(1, 4, 9), *_told(2, 0, 9), back)
    assert [answer.predicted_class for answer in run.watched_answers] == [4, 9]
    assert run.watched == WATCHED
    again = _run(*_OPENING, *_told(1, 4, 9), *_told(2, 0, 9), back, *_told(2, 5, 5))
    assert [answer.predicted_class for answer in again.watched_answers] == [5, 5]


@pytest.mark.parametrize("event", [_answered(2, 0, 9), _answered(1, 0, 10)], ids=["epoch", "class"])
def test_answers_that_contradict_what_is_known_are_left_out_and_said_to_be(event: Event) -> None:
    run = _run(*_OPENING, epoch_events(Norm.BATCH, 1)[0], event)
    assert run.watched_answers == ()
    assert run.notices[-1].endswith("left out: WatchedAnswered")
