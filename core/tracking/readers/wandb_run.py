"""W&B's runs, as they stand in its folder while a run is offline, or before it is synchronised."""

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from core.errors import InputError
from core.runs.life_events import Fault, RunFailed, RunFinished
from core.tracking.readers.plain_values import config_texts, leaves, moment, number, whole
from core.tracking.readers.telling import Telling
from core.tracking.readers.wandb_log import RecordLog
from core.tracking.readers.wandb_messages import record_class
from core.tracking.source import Told

_AT_ONCE: Final = 10_000  # records, before what they tell is given


class Wandb:
    """A file ``run-ID.wandb``."""

    name = "W&B"

    def reads(self, path: Path) -> bool:
        """Tell whether the file is named like one."""
        return path.suffix == ".wandb" and path.is_file()

    def open(self, path: Path, run: str) -> "WandbSource":
        """Return what reads it.

        Raises:
            InputError: the `protobuf` package is missing.
        """
        try:
            record_class()
        except ImportError:
            raise InputError(
                f"{path}: W&B's files are read with Protocol Buffers: install cifar-tui[wandb]"
            ) from None
        return WandbSource(path, run)


class WandbSource:
    """One run: its history, settings and exit code, and of its summary what the history does not have.

    What W&B keeps for itself, named with "_" at the front, is left out, and so are pictures, tables and the
    machine's load.
    """

    def __init__(self, path: Path, run: str) -> None:
        self._path = path
        self._run = Telling(run, Wandb.name)
        self._log = RecordLog(path)
        self._step = 0
        self._time = math.nan
        self._logged: set[str] = set()
        self._summary: dict[str, float] = {}

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def poll(self) -> Iterator[Told]:
        """Yield what the new records tell, to be read to the end.

        Raises:
            OSError: the file cannot be read.
        """
        from google.protobuf.message import DecodeError  # noqa: PLC0415 - the extra's

        if math.isnan(self._time):
            self._time = self._path.stat().st_mtime  # until a record tells a time
        for count, content in enumerate(self._log.new_records()):
            try:
                self._tell(record_class().FromString(content))
            except DecodeError:
                self._run.notice(f"{self._path.name}: records that are none are passed over", self._time)
            if count % _AT_ONCE == _AT_ONCE - 1:
                yield from self._run.take()
        if self._log.damage:
            self._run.notice(f"{self._path.name}: {self._log.damage}", self._time)
        yield from self._run.take()

    def _tell(self, record: Any) -> None:  # noqa: ANN401 - the class is made while the program runs
        if record.HasField("run"):
            start = moment(record.run.start_time.seconds + record.run.start_time.nanos / 1e9)
            self._time = start if start is not None else self._time
            config = _config(record.run.config.item)
            self._run.begin(self._time, config, name=_plain(record.run.display_name))
        if record.HasField("config"):
            self._run.begin(self._time, _config(record.config.item))
        if record.HasField("history"):
            self._tell_history(record.history)
        if record.HasField("summary"):
            for tag, value in _values(record.summary.item):
                found = number(value)
                if found is not None:
                    self._summary[tag] = found
        if record.HasField("exit"):
            self._tell_exit(record.exit.exit_code)

    def _tell_history(self, history: Any) -> None:  # noqa: ANN401 - as above
        values = dict(_values(history.item))
        told = history.step[0].num if history.step else whole(values.get("_step"))
        self._step = self._step if told is None else told
        self._time = moment(values.get("_timestamp")) or self._time
        for tag, value in values.items():
            found = number(value)
            if found is not None and not tag.startswith("_"):
                self._logged.add(tag)
                self._run.scalar(tag, self._step, found, self._time)

    def _tell_exit(self, code: int) -> None:
        for tag, value in self._summary.items():
            if tag not in self._logged and not tag.startswith("_"):
                self._run.scalar(tag, self._step, value, self._time)
        failed = RunFailed(error=f"its program ended with exit code {code}", fault=Fault.PROGRAM)
        self._run.end(failed if code else RunFinished(), self._time)


def _config(items: Iterable[Any]) -> dict[str, str]:
    fields = {tag: value for tag, value in _values(items, nested=False) if not tag.startswith("_wandb")}
    return config_texts(fields)


def _values(items: Iterable[Any], *, nested: bool = True) -> Iterator[tuple[str, object]]:
    """Yield what items hold, by the name of each; what cannot be read is left out."""
    for item in items:
        name = "/".join(_plain(part) for part in item.nested_key) or _plain(item.key)
        try:
            value = _value(item)
        except (ValueError, RecursionError):
            continue
        if nested and isinstance(value, dict):
            yield from leaves({name: value})
        else:
            yield name, value


def _value(item: Any) -> object:  # noqa: ANN401 - as above
    for field in ("boolean", "integer", "number"):
        if item.HasField(field):
            return getattr(item, field)
    if item.HasField("text"):
        return _plain(item.text)
    return json.loads(item.value_json or item.json or b"null")


def _plain(text: bytes) -> str:
    return text.decode(errors="replace")
