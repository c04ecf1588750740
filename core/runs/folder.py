"""Where a suite and its runs keep their files, and who is alive in there.

``runs/<suite>/``: ``suite.json`` (what to train), ``lock`` (held while a worker lives), ``suite.jsonl`` (what
happens to the suite as a whole), ``commands.jsonl`` (what anybody asked of it), ``worker.stderr``;
``runs/<suite>/<run>/``: ``events.jsonl``, ``checkpoint.pt``, ``note.txt`` where somebody noted something, and
on request ``weights-best.pt`` and ``weights-last.pt``.
"""

import errno
import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from core.config.data_source import full_source
from core.config.own_model import ModelSource
from core.config.run_config import RunConfig
from core.config.suite_config import Keep, SuiteConfig
from core.errors import InputError
from core.printable import printable
from core.runs.model_file import model_digest, read_model
from core.runs.safe_files import delete_folder, new_folder, read_file, replacing
from core.runs.strict_values import UNREADABLE, strict_converter
from core.runs.suite_lock import SuiteLock

_CONFIG_FILE: Final = "suite.json"
_MOST_CONFIG: Final = 2**23  # bytes: a thousand runs have half a million
_FOLDER_NAME: Final = re.compile(r"(?!\.)[\w.+-]{1,255}", re.ASCII)
"""A run's name, as `run_names` makes it: no way out of the suite's folder."""
_LONGEST_SLUG: Final = 60
_NOT_IN_NAMES: Final = re.compile(r"[^\w.+-]+", re.ASCII)
_NOTHING_THERE: Final = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run's files."""

    path: Path

    @property
    def events(self) -> Path:
        """The event file; missing until the run starts."""
        return self.path / "events.jsonl"

    @property
    def checkpoint(self) -> Path:
        """What training needs to go on; see `core.runs.checkpoint_file`."""
        return self.path / "checkpoint.pt"

    @property
    def note(self) -> Path:
        """What somebody noted of the run; see `core.runs.notes`."""
        return self.path / "note.txt"

    def weights(self, keep: Keep) -> Path:
        """Return where the weights of the best or of the last epoch are kept."""
        return self.path / f"weights-{keep}.pt"


@dataclass(frozen=True, slots=True)
class SuiteFolder:
    """One suite's files; two are equal where they have one path.

    `made` are the folders above it that were made with it, innermost first.
    """

    path: Path
    made: tuple[Path, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        """What it is called, for people."""
        return printable(self.path.name)

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return printable(str(self.path))

    @property
    def config_file(self) -> Path:
        """What the suite trains; the file that makes a folder a suite's."""
        return self.path / _CONFIG_FILE

    @property
    def log(self) -> Path:
        """The suite's own events; missing until it is first queued, and in suites of earlier versions."""
        return self.path / "suite.jsonl"

    @property
    def commands(self) -> Path:
        """What anybody asked of the worker, a JSON object a line."""
        return self.path / "commands.jsonl"

    @property
    def stderr(self) -> Path:
        """What the worker and its libraries wrote to standard output and error."""
        return self.path / "worker.stderr"

    def exists(self) -> bool:
        """Tell whether this is a suite's folder.

        One that is closed to us counts: whoever reads it says so, rather than passing it over.
        """
        try:
            os.lstat(f"{self.path}/{_CONFIG_FILE}")  # a thousand at each look; a Path costs as much again
        except OSError as error:
            return error.errno not in _NOTHING_THERE
        return True

    def run(self, name: str) -> RunFolder:
        """Return the folder of the run `name`."""
        return RunFolder(self.path / name)

    def config(self) -> SuiteConfig:
        """Read what the suite trains.

        Raises:
            InputError: the folder holds no suite this version can read.
        """
        file = self.config_file
        try:
            config = strict_converter().structure(json.loads(read_file(file, _MOST_CONFIG)), SuiteConfig)
        except FileNotFoundError:
            raise InputError(f"{self.path}: not a suite's folder, which has a {file.name}") from None
        except OSError as error:
            raise InputError(f"{file}: cannot be read ({error.strerror})") from None
        except UNREADABLE:
            raise InputError(f"{file}: cannot be read as a suite of this version of cifar-tui") from None
        if not all(map(_FOLDER_NAME.fullmatch, config.names)):
            raise InputError(f"{file}: names a run by what is no folder's name")
        return config

    def write_config(self, config: SuiteConfig) -> None:
        """Keep what the suite trains; whoever reads it meanwhile reads all of the old or all of the new.

        Raises:
            OSError: it cannot be written.
        """
        text = json.dumps(strict_converter().unstructure(config), indent=1) + "\n"
        with replacing(self.config_file, f"{_CONFIG_FILE}.half") as file:
            file.write(text.encode())

    def lock(self) -> SuiteLock:
        """Return the lock a worker holds while it lives; the system frees it when the worker dies."""
        return SuiteLock(self.path)

    def alive(self) -> bool:
        """Tell whether a worker is at work here; any number may look at once, and none writes.

        Raises:
            OSError: the lock cannot be read.
        """
        return self.lock().is_held()


def create_suite(runs_dir: Path, config: SuiteConfig, now: datetime) -> SuiteFolder:
    """Make a new suite's folder, named after the time, the preset or the network, and whether that is edited.

    A folder of images and a network's file are noted in full: whoever trains again may stand elsewhere.

    Raises:
        InputError: the folder cannot be made; the message says where and why.
    """
    config = replace(config, runs=tuple(map(in_full, config.runs)))
    edited = "-edited" if any(run.edited for run in config.runs) else ""
    name = f"{now:%Y%m%d-%H%M%S}-{_network_slug(config.runs[0])}{edited}"
    made = tuple(folder for folder in (runs_dir, *runs_dir.parents) if not folder.exists())
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        folder = SuiteFolder(new_folder(runs_dir, name), made)
        folder.write_config(config)
    except OSError as error:
        raise InputError(
            f"--runs-dir {runs_dir}: must be a folder that can be written ({error.strerror})"
        ) from None
    return folder


def check_runs_dir(runs_dir: Path, flag: str = "--runs-dir") -> None:
    """Check early whether suites can be kept in `runs_dir`, which `flag` names and which need not be there.

    Raises:
        InputError: it, or the nearest of its parents that is there, is no folder that can be written.
    """
    try:
        parents = (runs_dir.absolute(), *runs_dir.absolute().parents)
        nearest = next(folder for folder in parents if os.access(folder, os.F_OK))
        writable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    except (OSError, ValueError):  # a zero byte
        writable = False
    if not writable:
        raise InputError(f"{flag} {runs_dir}: must be a folder that can be written")


def in_full(run: RunConfig) -> RunConfig:
    """Return `run` as suites keep it: with the full paths of a folder of images and of a network's file.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    data = full_source(run.data)
    if run.model is None:
        return run if data == run.data else replace(run, data=data)
    source = ModelSource.of(run.model).in_full()
    return replace(run, data=data, model=str(source), model_digest=model_digest(read_model(source)))


def _network_slug(run: RunConfig) -> str:
    if run.network is None:
        return run.preset
    return _NOT_IN_NAMES.sub("-", run.network)[:_LONGEST_SLUG].strip("-")


def discard_suite(folder: SuiteFolder) -> None:
    """Delete a suite that never came to train, and the folders that were made for it."""
    with suppress(OSError):
        delete_folder(folder.path)
    for made in folder.made:
        with suppress(OSError):  # not empty: another suite came to live in it
            made.rmdir()
