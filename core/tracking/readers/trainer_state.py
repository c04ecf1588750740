"""The ``trainer_state.json`` that Hugging Face's Trainer puts into each checkpoint."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from core.runs.life_events import RunFinished
from core.runs.safe_files import read_file
from core.tracking.readers.json_lines import json_object
from core.tracking.readers.plain_values import config_texts, leaves, number, whole
from core.tracking.readers.telling import Telling
from core.tracking.source import Told

STATE: Final = "trainer_state.json"
_CHECKPOINT: Final = re.compile(r"checkpoint-(\d{1,15})")
_MOST_BYTES: Final = 2**28
_SETTINGS: Final = (
    *("max_steps", "num_train_epochs", "train_batch_size"),
    *("logging_steps", "eval_steps", "save_steps"),
)


class TrainerState:
    """A run's folder with `checkpoint-N` folders or a state of its own; or one such file."""

    name = "Hugging Face"

    def reads(self, path: Path) -> bool:
        """Tell whether the file is a state, or the folder has one that is the run's."""
        if path.is_dir():
            return _CHECKPOINT.fullmatch(path.name) is None and bool(_states(path))
        return path.name == STATE and path.is_file()

    def open(self, path: Path, run: str) -> "TrainerStateSource":
        """Return what reads it."""
        return TrainerStateSource(path, run)


class TrainerStateSource:
    """The newest state of a run: the one written last, of the most steps where that is the same.

    Each has the whole history, which is told as far as it is new. It has no times: every value has the one
    when the file was written.
    """

    def __init__(self, path: Path, run: str) -> None:
        self._path = path
        self._run = Telling(run, TrainerState.name, rereads=True)
        self._read: tuple[Path, int, int] | None = None
        self._ended_at = -1

    @property
    def path(self) -> Path:
        """The file; of a folder, the one that it has or will have beside its checkpoints."""
        return self._path / STATE if self._path.name != STATE else self._path

    def poll(self) -> tuple[Told, ...]:
        """Return what the newest state tells, where it is another than at the last call.

        Raises:
            OSError: it cannot be read.
        """
        states = _states(self._path) if self._path.is_dir() else [self._path]
        if not states:
            return ()
        status = states[-1].stat()
        found = (states[-1], status.st_mtime_ns, status.st_size)
        if found != self._read:
            state = json_object(read_file(states[-1], _MOST_BYTES))
            self._read = found
            if state is None:
                self._run.notice(f"{STATE} is damaged, or not whole yet", status.st_mtime)
            else:
                self._tell(state, status.st_mtime)
        return self._run.take()

    def _tell(self, state: Mapping[str, Any], written: float) -> None:
        self._run.begin(written, config_texts({key: state[key] for key in _SETTINGS if key in state}))
        self._run.read_again()
        history = state.get("log_history")
        step = 0
        for line in history if isinstance(history, list) else ():
            if not isinstance(line, dict):
                continue
            told = whole(line.get("step"))
            step = step if told is None else told
            for tag, value in leaves(line):
                found = number(value)
                if found is not None and tag != "step":
                    self._run.scalar(tag, step, found, written)
        last, done = whole(state.get("max_steps")), whole(state.get("global_step"))
        if last and done is not None and done >= last and done != self._ended_at:
            self._ended_at = done
            self._run.end(RunFinished(), written)


def _states(folder: Path) -> list[Path]:
    """Return the states of the run in `folder`, the newest last.

    Raises:
        OSError: it cannot be read.
    """
    found = []
    for path in [folder, *folder.iterdir()]:
        match = _CHECKPOINT.fullmatch(path.name)
        if path is not folder and (match is None or path.is_symlink()):
            continue
        try:
            written = (path / STATE).stat().st_mtime_ns
        except (FileNotFoundError, NotADirectoryError):
            continue
        steps = int(match[1]) if match is not None and path is not folder else 10**15
        found.append((written, steps, path / STATE))
    return [path for *_, path in sorted(found)]
