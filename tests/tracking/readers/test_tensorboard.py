import struct
from pathlib import Path

import numpy as np
import pytest
from google.protobuf.struct_pb2 import Value
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from core.runs.limits import png_size
from core.runs.tracked_events import ImageLogged
from tests.tracking.readers.follow import follow, only_run
from tests.tracking.readers.made_pictures import encoded_picture
from tests.tracking.readers.made_tensorboard import framed, scalar, tensor, write


def test_what_its_own_writer_writes_is_read_while_it_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "logs" / "a"
    writer = EventFileWriter(str(folder))
    values = [float(np.float32(1 / (step + 3))) for step in range(40)]
    followed = follow(tmp_path)
    seen = []
    for step, value in enumerate(values):
        writer.add_event(scalar("train/loss", step, value))
        writer.add_event(tensor("eval/acc", step, np.float64(value), plugin="" if step else "scalars"))
        if step % 13 == 0:
            writer.flush()
            followed = followed if followed.sources else follow(tmp_path)
            followed.poll()
            seen.append(len(followed.runs["logs/a"].curves["train/loss"]))
    writer.close()
    run = followed.poll()["logs/a"]
    assert seen == [1, 14, 27, 40]
    assert run.curves == {"train/loss": list(enumerate(values)), "eval/acc": list(enumerate(values))}
    assert run.times["train/loss"] == [1e9 + step for step in range(40)]
    assert run.state.source == "TensorBoard"
    assert run.state.outcome is None


def test_what_torch_writes_is_what_is_read(tmp_path: Path) -> None:
    from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - slow

    with SummaryWriter(str(tmp_path)) as writer:
        for step in range(5):
            writer.add_scalar("loss", 0.1 * step, step)
            writer.add_scalar("exact", 0.1 * step, step, new_style=True, double_precision=True)
            writer.add_histogram("weights", np.arange(9), step)
        writer.add_image("sample", np.full((3, 8, 8), 0.5), 4)
        writer.add_text("note", "hello", 4)
        writer.add_hparams({"lr": 0.1, "net": "small"}, {"best": 1.0}, run_name="hparams")
    runs = follow(tmp_path).poll()
    run = runs[tmp_path.name]
    assert run.curves == {
        "loss": [(step, float(np.float32(0.1 * step))) for step in range(5)],
        "exact": [(step, 0.1 * step) for step in range(5)],
    }
    assert png_size(run.state.images["sample"].png) == (8, 8)
    assert run.state.notices == ("note: hello",)
    assert runs["hparams"].state.config == {"lr": "0.1", "net": "small"}
    assert runs["hparams"].curves == {"best": [(0, 1.0)]}


def test_files_are_read_in_their_order_and_a_restart_takes_back_what_it_repeats(tmp_path: Path) -> None:
    write(tmp_path / "events.out.tfevents.2.host", *(scalar("loss", step, 10.0 + step) for step in (6, 7)))
    write(tmp_path / "events.out.tfevents.1.host", *(scalar("loss", step, step) for step in range(9)))
    followed = follow(tmp_path)
    run = followed.poll()[tmp_path.name]
    assert run.curves["loss"] == [*((step, step) for step in range(6)), (6, 16.0), (7, 17.0)]
    write(tmp_path / "events.out.tfevents.3.host", scalar("loss", 2, 20.0))
    followed.poll()
    assert run.curves["loss"] == [(0, 0), (1, 1), (2, 20.0)]
    assert run.state.series["loss"].last == 20.0


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64])
def test_a_tensor_of_one_number_is_that_number(tmp_path: Path, dtype: type) -> None:
    write(
        tmp_path / "events.out.tfevents.1",
        tensor("a", 1, dtype(3), plugin="scalars"),
        tensor("b", 1, np.array([dtype(3)])),
        tensor("two", 1, np.array([1.0, 2.0])),
        tensor("curve", 1, np.array(1.0), plugin="pr_curves"),
        tensor("words", 1, "text"),
    )
    assert only_run(tmp_path).curves == {"a": [(1, 3.0)], "b": [(1, 3.0)]}


def test_pictures_of_both_forms_are_shown(tmp_path: Path) -> None:
    png, jpeg = encoded_picture("PNG", 6, 4), encoded_picture("JPEG", 6, 4)
    image = Summary.Value(tag="old", image=Summary.Image(encoded_image_string=jpeg))
    write(
        tmp_path / "events.out.tfevents.1",
        Event(wall_time=1e9, step=3, summary=Summary(value=[image])),
        tensor("new", 4, [b"6", b"4", png, jpeg], plugin="images"),
        tensor("bad", 4, [b"6", b"4", b"no picture"], plugin="images"),
    )
    run = only_run(tmp_path)
    told = [record.event for record in run.records if isinstance(record.event, ImageLogged)]
    assert [(event.tag, event.step, png_size(event.png)) for event in told] == [
        ("old", 3, (6, 4)),
        ("new", 4, (6, 4)),
        ("new/1", 4, (6, 4)),
    ]
    assert run.state.notices == ("bad: pictures that are no PNG or JPEG, or too large, are not shown",)


def test_hyperparameters_are_the_settings(tmp_path: Path) -> None:
    data = HParamsPluginData()
    data.session_start_info.hparams["lr"].CopyFrom(Value(number_value=0.5))
    data.session_start_info.hparams["norm"].CopyFrom(Value(string_value="batch\nnorm"))
    plugin = SummaryMetadata.PluginData(plugin_name="hparams", content=data.SerializeToString())
    value = Summary.Value(tag="_hparams_/session_start_info", metadata=SummaryMetadata(plugin_data=plugin))
    write(
        tmp_path / "events.out.tfevents.1",
        Event(wall_time=1e9, summary=Summary(value=[value])),
        scalar("loss", 1, 1),
    )
    assert only_run(tmp_path).state.config == {"lr": "0.5", "norm": "batch norm"}


def test_a_damaged_event_costs_the_rest_of_its_file_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "events.out.tfevents.1", tmp_path / "events.out.tfevents.2"
    write(first, *(scalar("loss", step, 1) for step in range(3)))
    content = bytearray(first.read_bytes())
    content[len(content) // 2] ^= 1
    first.write_bytes(content)
    write(second, scalar("loss", 9, 2))
    followed = follow(tmp_path)
    for _ in range(2):
        run = followed.poll()[tmp_path.name]
    assert run.curves == {"loss": [(0, 1), (9, 2)]}
    assert run.state.notices == ("events.out.tfevents.1: is damaged: what comes before that is read",)


def test_half_an_event_waits_for_its_rest(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    content = framed(scalar("loss", 1, 1).SerializeToString())
    path.write_bytes(b"")
    followed = follow(path)
    for end in range(len(content)):
        path.write_bytes(content[:end])
        assert followed.poll()["events.out.tfevents"].curves == {}
    path.write_bytes(content)
    run = followed.poll()["events.out.tfevents"]
    assert run.curves == {"loss": [(1, 1.0)]}
    assert run.state.notices == ()


@pytest.mark.parametrize(
    "content",
    [
        framed(b"\xff" * 9),
        struct.pack("<Q", 2**63) + struct.pack("<I", masked_crc32c(struct.pack("<Q", 2**63))),
        bytes(40),
        b"random bytes that are no event",
    ],
)
def test_bytes_that_are_no_event_are_told_of(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "events.out.tfevents.1").write_bytes(content)
    assert len(only_run(tmp_path).state.notices) == 1


def test_strange_steps_times_and_values_are_borne(tmp_path: Path) -> None:
    write(
        tmp_path / "events.out.tfevents.1",
        scalar("loss", -1, 1),
        scalar("loss", 1, float("nan"), time=float("nan")),
        scalar("", 2, float("inf"), time=-5e9),
        scalar("a\x1b[31m" * 99, 3, 1),
    )
    run = only_run(tmp_path)
    assert [len(curve) for curve in run.curves.values()] == [1, 1, 1]
    assert run.state.notices == (f"steps below 0 or above {2**53:,} are not read",)
