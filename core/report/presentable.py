"""Runs as a report tells of them: without the folders of the machine they were trained on.

A report is handed on, so a folder is named as the command named it, as seen from the folder that the report
is written in, from home (``~``), or by its last part, whichever comes first. Which images a run read, their
fingerprint tells.
"""

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from core.config.run_config import RunConfig
from core.printable import printable
from core.runs.life_events import RunDiverged, RunFailed, RunLost, RunNotLengthened, RunStopped
from core.runs.run_state import End, RunState

_DATA_FLAG: Final = "--data"
_ABSOLUTE: Final = re.compile(
    r"""(?<![\w/.~:-])(?:/[^\s/:,;'"()]+){2,}"""
)  # in prose, so no path with a blank


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where a report is written: the home of who writes it, and the folder they are in."""

    home: Path
    folder: Path

    @classmethod
    def here(cls) -> Self:
        """Return this process's."""
        try:
            home = Path.home()
        except RuntimeError:  # a user that the system does not know
            home = Path("/")
        return cls(home, Path.cwd())

    def name(self, path: str) -> str:
        """Return `path` as seen from here; an absolute one neither here nor at home by its last part."""
        place = Path(path)
        near = self._near(place) if place.is_absolute() else path
        return near or place.name or path

    def text(self, text: str) -> str:
        """Return `text` with every absolute path in it as seen from here; others keep their last part."""
        return _ABSOLUTE.sub(lambda found: self._in_text(Path(found.group())), text)

    def _in_text(self, place: Path) -> str:
        return self._near(place) or f"…/{place.name}"

    def _near(self, place: Path) -> str:
        """Return an absolute path as seen from here; empty where it is neither here nor at home."""
        for base, own, below in ((self.folder, ".", ""), (self.home, "~", "~/")):
            if place.is_relative_to(base) and base != Path(base.anchor):
                return own if place == base else f"{below}{place.relative_to(base)}"
        return ""


def presentable(states: Sequence[RunState], standpoint: Standpoint) -> tuple[RunState, ...]:
    """Return `states` with all that they tell of folders as a report may tell it."""
    names = _data_names(states, standpoint)
    return tuple(_presentable(state, names, standpoint) for state in states)


def _presentable(state: RunState, names: dict[str, str], standpoint: Standpoint) -> RunState:
    def config(own: RunConfig) -> RunConfig:
        model = None if own.model is None else printable(standpoint.name(own.model))
        return replace(own, data=printable(names.get(own.data, own.data)), model=model)

    started = state.started
    if started is not None:
        command = _command(started.command, lambda path: names.get(path) or standpoint.name(path))
        started = replace(started, config=config(started.config), command=command)
    return replace(
        state,
        started=started,
        planned=config(state.planned) if state.planned else None,
        notices=tuple(map(standpoint.text, state.notices)),
        end=_end(state.end, standpoint),
    )


def _end(end: End | None, standpoint: Standpoint) -> End | None:
    match end:
        case RunStopped():
            return replace(end, reason=standpoint.text(end.reason))
        case RunFailed() | RunNotLengthened():
            return replace(end, error=standpoint.text(end.error), traceback=standpoint.text(end.traceback))
        case RunLost():
            tail, cause = map(standpoint.text, (end.stderr_tail, end.cause))
            return replace(end, stderr_tail=tail, cause=cause)
        case RunDiverged() | None:
            return end


def _data_names(states: Sequence[RunState], standpoint: Standpoint) -> dict[str, str]:
    """Return what each folder of images is called; its full path where two would be called the same."""
    names: dict[str, str] = {}
    for state in states:
        config = state.config
        if config is not None and Path(config.data).is_absolute():
            typed = _typed_data(state.started.command if state.started else "")
            as_typed = typed and not Path(typed).is_absolute() and config.data.endswith(f"/{Path(typed)}")
            names[config.data] = typed if as_typed else standpoint.name(config.data)
    called = list(names.values())
    return {path: path if called.count(name) > 1 else name for path, name in names.items()}


def _typed_data(command: str) -> str:
    """Return the images' source as it stands in a run's command; empty where it does not."""
    words = _words(command)
    for place, word in enumerate(words):
        if word == _DATA_FLAG and place + 1 < len(words):
            return words[place + 1]
        if word.startswith(f"{_DATA_FLAG}="):
            return word.removeprefix(f"{_DATA_FLAG}=")
    return ""


def _command(command: str, name: Callable[[str], str]) -> str:
    """Return `command` with its absolute paths renamed; "~" stays outside of quotes, so a shell reads it."""
    return " ".join(_renamed(word, name) for word in _words(command)) or command


def _renamed(word: str, name: Callable[[str], str]) -> str:
    flag, equals, path = word.partition("=") if word.startswith("--") else ("", "", word)
    if not Path(path).is_absolute():  # it may hold some: "--sweep data=/a/b,/a/c"
        return shlex.quote(_ABSOLUTE.sub(lambda found: name(found.group()), word))
    renamed = name(path)
    own = f"~/{shlex.quote(renamed[2:])}" if renamed.startswith("~/") else shlex.quote(renamed)
    return f"{flag}{equals}{own}"


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:  # an event file of another hand
        return []
