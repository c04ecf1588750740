"""TensorBoard's event files, read with the record reader and the messages of the `tensorboard` package.

Its event file loader is the same reader with two things less: it does not tell a damaged record from one that
is still being written, and it imports TensorFlow where there is one.
"""

import importlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from core.errors import InputError
from core.tracking.readers.pictures import png_of
from core.tracking.readers.plain_values import config_texts
from core.tracking.readers.telling import Telling
from core.tracking.source import Told

_AT_ONCE: Final = 10_000  # events, before what they tell is given
_MOST_PICTURES: Final = 4  # of those a loop logged at one step under one tag
_SIZES: Final = 2  # the first texts of a tensor of pictures are their width and height
_NO_TENSOR: Final = (ValueError, TypeError, KeyError, IndexError, OverflowError)


class TensorBoard:
    """A folder with event files, which is one run; or one such file."""

    name = "TensorBoard"

    def reads(self, path: Path) -> bool:
        """Tell whether the folder has event files, or the file is named like one."""
        if path.is_dir():
            return bool(event_files(path))
        return _is_named_so(path.name) and path.is_file()

    def open(self, path: Path, run: str) -> "TensorBoardSource":
        """Return what reads it.

        Raises:
            InputError: the `tensorboard` package is missing.
        """
        try:
            importlib.import_module("tensorboard.compat.proto.event_pb2")  # half a second
        except ImportError:
            raise InputError(
                f"{path}: TensorBoard's files are read with its package: install cifar-tui[tensorboard]"
            ) from None
        return TensorBoardSource(path, run)


class TensorBoardSource:
    """The event files of one folder, in the order of their names, as TensorBoard takes them.

    Where a loop went back, as after a restart, the values tell so by their steps. Text becomes a notice,
    hyperparameters the run's settings; histograms, audio, graphs and curves are passed over.
    """

    def __init__(self, path: Path, run: str) -> None:
        self._path = path
        self._run = Telling(run, TensorBoard.name)
        self._files: dict[Path, _EventFile] = {}

    @property
    def path(self) -> Path:
        """The folder, or the file."""
        return self._path

    def poll(self) -> Iterator[Told]:
        """Yield what the new events tell, to be read to the end.

        Raises:
            OSError: the folder or a file cannot be read.
        """
        if not self._run.begun:
            self._run.begin(self._path.stat().st_mtime)
        paths = event_files(self._path) if self._path.is_dir() else [self._path]
        for path in paths:
            file = self._files.setdefault(path, _EventFile(path))
            for count, event in enumerate(file.new_events()):
                file.tell(event, self._run)
                if count % _AT_ONCE == _AT_ONCE - 1:
                    yield from self._run.take()
            if file.damage:
                self._run.notice(f"{path.name}: {file.damage}", file.written)
        newest = max((file.written for file in self._files.values()), default=0.0)
        for path, file in self._files.items():
            if file.torn and file.written < newest:
                self._run.notice(f"{path.name}: ends within an event; the others are read", newest)
        yield from self._run.take()


class _EventFile:
    """One file, read as far as it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: Any = None
        self._size = 0
        self._plugins: dict[str, str] = {}
        self.damage = ""
        self.torn = False
        self.written = 0.0

    def new_events(self) -> Iterator[Any]:
        """Yield the events that were added since the last call."""
        status = self._path.stat()
        if self.damage or status.st_size == self._size:
            return
        self._size, self.written, self.torn = status.st_size, status.st_mtime, False
        yield from self._whole_events()

    def _whole_events(self) -> Iterator[Any]:
        from google.protobuf.message import DecodeError  # noqa: PLC0415 - the extra's
        from tensorboard.compat.proto.event_pb2 import Event  # noqa: PLC0415
        from tensorboard.compat.tensorflow_stub.errors import (  # noqa: PLC0415
            DataLossError,
            OutOfRangeError,
        )

        try:
            if self._reader is None:
                self._reader = _record_reader(self._path)
            while True:
                self._reader.GetNext()
                yield Event.FromString(self._reader.record())
        except OutOfRangeError:
            return
        except DataLossError as error:
            self.torn = "truncated record" in str(error.message)
            if not self.torn:
                self.damage = "is damaged: what comes before that is read"
        except (DecodeError, OverflowError, MemoryError):  # a length that no file has
            self.damage = "has what is no event: what comes before that is read"

    def tell(self, event: Any, run: Telling) -> None:  # noqa: ANN401 - the package has no types
        """Tell `run` what an event says."""
        for value in event.summary.value:
            plugin = value.metadata.plugin_data.plugin_name
            if plugin:  # told with a tag's first value alone
                self._plugins[value.tag] = plugin
            plugin = plugin or self._plugins.get(value.tag, "")
            kind = value.WhichOneof("value")
            if kind == "simple_value":
                run.scalar(value.tag, event.step, value.simple_value, event.wall_time)
            elif kind == "image":
                _tell_pictures(run, value.tag, event, [value.image.encoded_image_string])
            elif plugin == "hparams":
                run.begin(event.wall_time, _hparams(value.metadata.plugin_data.content))
            elif kind == "tensor" and plugin == "images":
                _tell_pictures(run, value.tag, event, value.tensor.string_val[_SIZES:])
            elif kind == "tensor" and plugin == "text":
                _tell_text(run, value.tag, event, value.tensor.string_val[:1])
            elif kind == "tensor" and plugin in {"scalars", ""}:
                found = _only_number(value.tensor)
                if found is not None:
                    run.scalar(value.tag, event.step, found, event.wall_time)


def _tell_text(run: Telling, tag: str, event: Any, parts: Iterable[bytes]) -> None:  # noqa: ANN401 - see above
    text = b" ".join(parts).decode(errors="replace").strip()
    if "\n" not in text:  # a table or a page of Markdown is no line to read in passing
        run.notice(f"{tag.removesuffix('/text_summary')}: {text}", event.wall_time)


def event_files(folder: Path) -> list[Path]:
    """Return the event files that stand in a folder, in the order of their names.

    Raises:
        OSError: it cannot be read.
    """
    with os.scandir(folder) as entries:
        names = [
            entry.name
            for entry in entries
            if _is_named_so(entry.name) and entry.is_file(follow_symlinks=False)
        ]
    return [folder / name for name in sorted(names)]


def _is_named_so(name: str) -> bool:
    return "tfevents" in name and not name.endswith(".profile-empty")  # as TensorBoard itself has it


def _record_reader(path: Path) -> Any:  # noqa: ANN401 - the package has no types
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New  # noqa: PLC0415

    try:
        return PyRecordReader_New(os.fsencode(path))
    except UnicodeError:
        raise OSError(f"{path}: TensorBoard's package reads no file whose name is no UTF-8") from None


def _tell_pictures(run: Telling, tag: str, event: Any, pictures: Any) -> None:  # noqa: ANN401
    for index, encoded in enumerate(pictures[:_MOST_PICTURES]):
        png = png_of(encoded)
        if png is None:
            run.notice(
                f"{tag}: pictures that are no PNG or JPEG, or too large, are not shown", event.wall_time
            )
        else:
            run.image(f"{tag}/{index}" if index else tag, event.step, png, event.wall_time)


def _only_number(tensor: Any) -> float | None:  # noqa: ANN401
    """Return what a tensor of one number holds; None for any other."""
    from tensorboard.util.tensor_util import make_ndarray  # noqa: PLC0415 - the extra's

    if any(dim.size != 1 for dim in tensor.tensor_shape.dim):  # else a shape alone could fill the memory
        return None
    try:
        return float(make_ndarray(tensor).item())
    except _NO_TENSOR:
        return None


def _hparams(content: bytes) -> dict[str, str]:
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - the extra's
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData  # noqa: PLC0415

    try:
        told = HParamsPluginData.FromString(content).session_start_info.hparams
    except DecodeError:
        return {}
    values = {name: getattr(value, value.WhichOneof("kind") or "", "") for name, value in told.items()}
    return config_texts(values)
