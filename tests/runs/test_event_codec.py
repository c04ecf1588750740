import json
import math
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.config.presets import LayerNormKind, Norm, Preset
from core.config.run_config import RunConfig
from core.printable import printable
from core.runs.event_codec import from_line, to_line
from core.runs.events import (
    DataLoaded,
    DeviceSampled,
    EpochEnded,
    Evaluated,
    Event,
    LayerRow,
    ModelSummarised,
    Notice,
    Phase,
    PhaseChanged,
    Record,
    StepsDone,
    UnknownEvent,
)
from core.runs.life_events import Fault, RunFailed, RunFinished, RunLost, RunStarted
from core.runs.machine_events import EnvironmentFound
from core.runs.parameter_norms import ParameterNorms
from core.runs.suite_events import RunsQueued
from tests.wide_networks import WIDE, wide_recipe

CONFIG = RunConfig(norm=Norm.LAYER, limit_train=512)
NORMS = ParameterNorms(layers=("conv 1", "norm 1"), weights=(2.5, 1.0), gradients=(0.25, math.inf))
ENDED = EpochEnded(
    epoch=3,
    loss=0.5,
    last_loss=0.4,
    correct=7,
    images=9,
    batches=2,
    learning_rate=0.1,
    seconds=1.5,
    norms=NORMS,
)
RAGGED: tuple[object, ...] = ([[1, 2], []], [], [[]], [[-1]], [[1e400]], [[10**400]], [[True]])


@pytest.mark.parametrize(
    "event",
    [
        RunStarted(run="layer", config=CONFIG, recipe=CONFIG.recipe, command="cifar-tui --norm layer"),
        PhaseChanged(phase=Phase.WARM_UP),
        ModelSummarised(
            input_shape=(3, 32, 32),
            rows=(LayerRow(name="Conv2d", output_shape=(8, 32, 32), parameters=216),),
            trainable_parameters=216,
        ),
        Evaluated(epoch=3, loss=0.5, confusion=((1, 2), (3, 4)), seconds=1.25),
        Evaluated(epoch=3, loss=0.5, confusion=((1, 2), (3, 4)), seconds=1.25, flip_averaged_correct=6),
        DeviceSampled(resident_bytes=1, cpu_load=0.5, device_bytes=None),
        ENDED,
        RunLost(exit_code=None, stderr_tail=""),
        RunFailed(error="ValueError: ü", fault=Fault.PROGRAM, traceback="a\nb"),
        RunFinished(),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_event_survives_the_file(event: Event) -> None:
    record = Record(7, 1_700_000_000.25, event)
    line = to_line(record)
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert from_line(line) == record


def test_a_residual_architecture_keeps_its_names_in_the_file() -> None:
    config = RunConfig(norm=Norm.BATCH, preset=Preset.FAST)
    line = to_line(
        Record(0, 0.0, RunStarted(run="batch", config=config, recipe=config.recipe, command="cifar-tui"))
    )
    skeleton = json.loads(line)["recipe"]["skeleton"]
    assert skeleton["stem"] == 16
    assert skeleton["units"][0] == {"outputs": 48, "convolution": "separable", "pools": True}


@pytest.mark.parametrize("text", WIDE)
def test_a_network_of_wide_kernels_survives_the_file(text: str) -> None:
    config = RunConfig(norm=Norm.LAYER, preset=Preset.FAST)
    recipe = wide_recipe(text, LayerNormKind.PIXEL)
    record = Record(0, 0.0, RunStarted(run="layer", config=config, recipe=recipe, command="cifar-tui"))
    line = to_line(record)
    assert from_line(line) == record
    for wrong in (line.replace('"kernel":7', '"kernel":4'), line.replace('"blocks":1', '"blocks":9999')):
        assert isinstance(from_line(wrong).event, UnknownEvent)


@given(losses=st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), min_size=1))
def test_every_float_survives_the_file_nan_and_infinity_too(losses: list[float]) -> None:
    event = StepsDone(
        epoch=1, first_step=0, losses=tuple(losses), correct=(1,) * len(losses), images=len(losses)
    )
    back = from_line(to_line(Record(0, 0.0, event))).event
    assert isinstance(back, StepsDone)
    for before, after in zip(losses, back.losses, strict=True):
        assert before == after or (math.isnan(before) and math.isnan(after))


@given(text=st.text(st.characters(exclude_categories=())))
@example("null, NaN and Infinity in words")
@example("half a surrogate pair: \ud800")
@example("lines\nand\u2028separators\x00")
def test_every_text_is_one_line_of_the_file_and_comes_out_printable(text: str) -> None:
    line = to_line(Record(0, 0.0, Notice(text=text)))
    assert line.index("\n") == len(line) - 1
    assert from_line(line) == Record(0, 0.0, Notice(text=printable(text)))
    line.encode()  # whatever the text, the file can hold it


def test_an_event_of_a_newer_version_is_kept_as_it_is() -> None:
    line = '{"v":9,"seq":4,"t":2.5,"kind":"aurora_seen","colour":"green"}\n'
    record = from_line(line)
    assert record == Record(4, 2.5, UnknownEvent(kind="aurora_seen", line=line.rstrip("\n")))
    assert to_line(record) == line


def test_a_field_of_a_newer_version_is_passed_over() -> None:
    line = to_line(Record(0, 0.0, PhaseChanged(phase=Phase.TRAIN)))
    newer = json.dumps(json.loads(line) | {"mood": "calm"})
    assert from_line(newer).event == PhaseChanged(phase=Phase.TRAIN)


def test_a_field_an_older_version_did_not_write_has_its_default() -> None:
    sample = DeviceSampled(resident_bytes=1, cpu_load=0.5, device_bytes=2)
    fields = json.loads(to_line(Record(0, 0.0, sample)))
    del fields["device_total_bytes"], fields["device_load"]
    assert from_line(json.dumps(fields)).event == sample


def test_an_environment_that_an_older_version_found_has_no_instruction_set() -> None:
    found = EnvironmentFound(
        device="cpu", device_name="a CPU", threads=2, versions={}, instruction_set="AVX2"
    )
    fields = json.loads(to_line(Record(0, 0.0, found)))
    assert from_line(json.dumps(fields)).event == found
    del fields["instruction_set"]
    assert from_line(json.dumps(fields)).event == replace(found, instruction_set="")


def test_an_environment_tells_which_of_several_devices_it_is() -> None:
    found = EnvironmentFound(device="cuda", device_name="a GPU", threads=2, versions={}, index=1)
    line = to_line(Record(0, 0.0, found))
    assert from_line(line).event == found
    assert found.place == "cuda:1"
    fields = json.loads(line)
    del fields["index"]
    assert from_line(json.dumps(fields)).event == replace(found, index=None)


def test_an_epoch_that_an_older_version_trained_has_no_norms() -> None:
    fields = json.loads(to_line(Record(0, 0.0, ENDED)))
    del fields["norms"]
    assert from_line(json.dumps(fields)).event == replace(ENDED, norms=None)


def test_a_run_that_an_older_version_began_has_no_flip_averages() -> None:
    started = RunStarted(run="layer", config=CONFIG, recipe=CONFIG.recipe, command="cifar-tui")
    fields = json.loads(to_line(Record(0, 0.0, started)))
    del fields["config"]["flip_average"]
    assert from_line(json.dumps(fields)).event == started


def test_an_image_size_stands_in_the_file_where_it_is_not_cifar10s() -> None:
    lines = []
    for size in (32, 64):
        own = replace(CONFIG, image_size=size)
        started = RunStarted(run="layer", config=own, recipe=CONFIG.recipe, command="cifar-tui")
        lines.append(to_line(Record(0, 0.0, started)))
        assert from_line(lines[-1]).event == started
    assert ["image_size" in line for line in lines] == [False, True]


def test_images_that_an_older_version_did_not_look_at_are_not_said_to_be_sound() -> None:
    head = '{"v":1,"seq":4,"t":2.5,"kind":"data_loaded","label":"CIFAR-10 (JPEG)","source":"folder"'
    line = f'{head},"fingerprint":"sha256:0","classes":["a"],"train_images":2,"test_images":1,"seconds":1.5}}'
    loaded = from_line(line).event
    assert isinstance(loaded, DataLoaded)
    assert (loaded.label, loaded.train_images) == ("CIFAR-10 (JPEG)", 2)
    assert (loaded.identity, loaded.test_fingerprint) == (None, None)
    assert (loaded.test_in_training, loaded.under_two_labels, loaded.adjustments) == (None, None, ())


def test_an_evaluation_without_mirror_images_reads_as_one_of_an_older_version() -> None:
    head = '{"v":1,"seq":9,"t":2.5,"kind":"evaluated"'
    line = f'{head},"epoch":3,"loss":0.5,"confusion":[[1,2],[3,4]],"seconds":1.25}}'
    evaluated = Evaluated(epoch=3, loss=0.5, confusion=((1, 2), (3, 4)), seconds=1.25)
    assert from_line(line).event == evaluated == from_line(to_line(Record(9, 2.5, evaluated))).event


@pytest.mark.parametrize(
    ("event", "wrong"),
    [
        (Evaluated(epoch=3, loss=0.5, confusion=((1, 2), (3, 4)), seconds=1.25), wrong)
        for wrong in (
            *({"confusion": matrix} for matrix in RAGGED),
            *({"epoch": epoch} for epoch in (0, -1, 1.5, "3", 10**9, None)),
            *({"seconds": seconds} for seconds in (-1, math.nan, math.inf, 1e308)),
            {"loss": 1e39},
            {"flip_averaged_correct": 99},
        )
    ]
    + [
        (StepsDone(epoch=1, first_step=0, losses=(1.0, 2.0), correct=(1, 2), images=9), wrong)
        for wrong in ({"correct": [1]}, {"correct": [9, 9]}, {"first_step": -1}, {"losses": [1.0, "2"]})
    ]
    + [
        (ENDED, {"norms": {"layers": layers, "weights": [weight], "gradients": gradients}})
        for layers, weight, gradients in (
            (["a"], 1.0, []),
            (["a"], 1.0, [-1.0]),
            ([1], 1.0, [1.0]),
            (["a", "b"], 1.0, [1.0]),
            (["a"], 1e39, [1.0]),
        )
    ]
    + [(Notice(text=""), wrong) for wrong in ({"t": math.nan}, {"t": 1e300}, {"seq": -9}, {"text": ["a"]})],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_a_value_that_no_version_writes_is_no_event(event: Event, wrong: dict[str, object]) -> None:
    fields = json.loads(to_line(Record(0, 0.0, event)))
    assert from_line(json.dumps(fields)).event == event
    assert isinstance(from_line(json.dumps(fields | wrong)).event, UnknownEvent)


def test_a_text_is_no_list_of_its_characters() -> None:
    fields = json.loads(to_line(Record(0, 0.0, RunsQueued(runs=("batch", "group"), commands=0))))
    assert isinstance(from_line(json.dumps(fields | {"runs": "batch"})).event, UnknownEvent)


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        '{"kind":"notice","seq":1e999,"t":0}',
        "",
        "{",
        "[]",
        "null",
        '{"kind":"steps_done"}',
        '{"seq":1,"t":"?","kind":3}',
    ],
)
def test_a_line_nobody_can_read_is_no_error(line: str) -> None:
    assert isinstance(from_line(line).event, UnknownEvent)
