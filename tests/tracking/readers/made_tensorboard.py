"""Event files as TensorBoard's own messages have them."""

import struct
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from tensorboard.util.tensor_util import make_tensor_proto


def framed(content: bytes) -> bytes:
    """Return an event as it stands in a file."""
    length = struct.pack("<Q", len(content))
    sums = [struct.pack("<I", masked_crc32c(part)) for part in (length, content)]
    return length + sums[0] + content + sums[1]


def scalar(tag: str, step: int, value: float, time: float = 1e9) -> Event:
    summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
    return Event(wall_time=time + step, step=step, summary=summary)


def tensor(tag: str, step: int, values: object, plugin: str = "") -> Event:
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name=plugin)) if plugin else None
    value = Summary.Value(tag=tag, tensor=make_tensor_proto(values), metadata=metadata)
    return Event(wall_time=1e9, step=step, summary=Summary(value=[value]))


def write(path: Path, *events: Event) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        for event in events:
            file.write(framed(event.SerializeToString()))


def framed_scalar(tag: str, step: int, value: float) -> bytes:
    return framed(scalar(tag, step, value).SerializeToString())
