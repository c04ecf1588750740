"""What each format's own reader finds in an export."""

import csv
import json
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from google.protobuf.message import Message
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata as hparams_metadata
from tensorboard.util.tensor_util import make_ndarray

from core.report.scalars import Format, RecordedRun, export_scalars
from core.report.scalars.scalar import Scalar
from core.report.scalars.told_scalars import told_scalars
from core.results.outcome_text import outcome_words
from core.runs.events import DataLoaded
from core.runs.evidence_events import SamplesShown
from core.runs.life_events import RunResumed
from tests.report.example_runs import CLASSES, RECIPE
from tests.report.scalars.scalar_runs import OPENING, run_events, written

_EVERYTHING = dict.fromkeys(("scalars", "tensors", "images"), 0)  # TensorBoard's word for no limit


@pytest.fixture
def runs(tmp_path: Path) -> list[RecordedRun]:
    return [written(tmp_path, run_events(epochs), name) for name, epochs in (("batch", 2), ("group", 1))]


def _told(runs: Iterable[RecordedRun]) -> list[Scalar]:
    found = list(chain.from_iterable(map(told_scalars, runs)))
    assert len(found) > 80
    return found


def _same(found: Iterable[object], wanted: Iterable[object]) -> None:
    """Compare to the last bit; NaN is NaN here."""
    assert list(map(repr, found)) == list(map(repr, wanted))


def test_csv_has_every_number(tmp_path: Path, runs: list[RecordedRun]) -> None:
    file = tmp_path / "scalars.csv"
    export_scalars(runs, Format.CSV, file)
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    read = (
        Scalar(
            row["run"],
            row["tag"],
            int(row["step"]),
            int(row["epoch"]) if row["epoch"] else None,
            float(row["wall_time"]),
            float(row["value"]),
        )
        for row in rows
    )
    _same(read, _told(runs))


def test_json_lines_have_every_number(tmp_path: Path, runs: list[RecordedRun]) -> None:
    file = tmp_path / "scalars.jsonl"
    export_scalars(runs, Format.JSONL, file)
    read = (Scalar(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines())
    _same(read, _told(runs))


def test_parquet_has_every_number(tmp_path: Path, runs: list[RecordedRun]) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")
    file = tmp_path / "scalars.parquet"
    export_scalars(runs, Format.PARQUET, file)
    _same((Scalar(**row) for row in parquet.read_table(file).to_pylist()), _told(runs))


def _accumulated(folder: Path) -> EventAccumulator:
    read = EventAccumulator(str(folder), size_guidance=_EVERYTHING)
    read.Reload()
    return read


def test_tensorboard_reads_every_number_in_single_precision(tmp_path: Path, runs: list[RecordedRun]) -> None:
    folder = tmp_path / "exported"
    export_scalars(runs, Format.TENSORBOARD, folder)
    for run in runs:
        read = _accumulated(folder / run.name)
        found = [
            (tag, event.step, event.wall_time, event.value)
            for tag in read.Tags()["scalars"]
            for event in read.Scalars(tag)
        ]
        wanted = [(s.tag, s.step, s.wall_time, float(np.float32(s.value))) for s in told_scalars(run)]
        _same(sorted(found, key=str), sorted(wanted, key=str))


def test_tensorboard_reads_pictures_and_words(tmp_path: Path, runs: list[RecordedRun]) -> None:
    folder = tmp_path / "exported"
    export_scalars(runs, Format.TENSORBOARD, folder)
    read = _accumulated(folder / "batch")
    tensors = {tag: make_ndarray(read.Tensors(tag)[0].tensor_proto) for tag in read.Tags()["tensors"]}
    pictures = {tag: tensor for tag, tensor in tensors.items() if tag.startswith(("samples/", "misclass"))}
    assert len(pictures) == len(CLASSES) + 10
    for picture in pictures.values():
        width, height, png = picture
        assert (width, height, png[:8]) == (b"32", b"32", b"\x89PNG\r\n\x1a\n")
    assert "misclassified/cat taken for dog, test image 3" in pictures
    words = {tag: tensor.item().decode() for tag, tensor in tensors.items() if tag.startswith("run/")}
    assert words["run/command"].startswith("```text\ncifar-tui --headless")
    assert f"| learning rate | {RECIPE.learning_rate} |" in words["run/recipe"]
    assert "| torch | 2.11.0 |" in words["run/environment"]
    assert words["run/notices"] == "- CUDA is not available: training on the CPU"
    assert words["run/outcome"] == outcome_words(runs[0].state)


def _hparams(read: EventAccumulator, tag: str) -> Message:
    content = read.SummaryMetadata(tag).plugin_data.content
    parse = {
        hparams_metadata.EXPERIMENT_TAG: hparams_metadata.parse_experiment_plugin_data,
        hparams_metadata.SESSION_START_INFO_TAG: hparams_metadata.parse_session_start_info_plugin_data,
        hparams_metadata.SESSION_END_INFO_TAG: hparams_metadata.parse_session_end_info_plugin_data,
    }
    message: Message = parse[tag](content)
    return message


def test_tensorboard_reads_what_each_run_was_made_from(tmp_path: Path, runs: list[RecordedRun]) -> None:
    folder = tmp_path / "exported"
    export_scalars(runs, Format.TENSORBOARD, folder)
    experiment = _hparams(_accumulated(folder), hparams_metadata.EXPERIMENT_TAG)
    assert "test/accuracy" in str(experiment)
    session = _accumulated(folder / "group")
    made_from = str(_hparams(session, hparams_metadata.SESSION_START_INFO_TAG))
    for words in ('key: "learning_rate"', "number_value: 0.01", 'string_value: "sgd"'):
        assert words in made_from
    assert "STATUS_SUCCESS" in str(_hparams(session, hparams_metadata.SESSION_END_INFO_TAG))


@pytest.mark.parametrize("to", [Format.TENSORBOARD, Format.CSV, Format.JSONL])
def test_the_same_events_give_the_same_bytes(tmp_path: Path, runs: list[RecordedRun], to: Format) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for place in (one, other):
        export_scalars(runs, to, place)
    files = [path for path in (one, *one.rglob("*")) if path.is_file()]
    assert files
    for file in files:
        assert file.read_bytes() == (other / file.relative_to(one)).read_bytes()


def test_pictures_of_classes_without_a_name_are_numbered(tmp_path: Path) -> None:
    events = [event for event in run_events(1) if not isinstance(event, DataLoaded)]
    unnamed = [*events[: len(events) - 2], *(event for event in OPENING if isinstance(event, SamplesShown))]
    went_back = RunResumed(epoch=1, training_epoch=1, step=0, seconds=0.0, command="cifar-tui resume")
    run = written(tmp_path, (*unnamed, went_back))
    export_scalars([run], Format.TENSORBOARD, tmp_path / "exported")
    tags = _accumulated(tmp_path / "exported" / "batch").Tags()["tensors"]
    assert {f"samples/{number}" for number in range(10)} <= set(tags)
