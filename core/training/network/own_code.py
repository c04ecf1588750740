"""What goes wrong in a network of the user's own, in one line that says where; no torch here."""

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from core.config.own_model import ModelSource
from core.errors import InputError

Layers = Mapping[int, str]
"""What the layers of a network are called, by their `id`."""

_MOST_WORDS: Final = 300
_NO_LAYERS: Final[Layers] = {}


class OwnCodeError(InputError):
    """The user's network cannot be built or cannot be trained; known before it trains."""


class OwnForwardError(Exception):
    """The user's network failed while it trained or was tested; the message is one line."""


@contextmanager
def told_as_own(source: ModelSource, at: str = "", layers: Layers = _NO_LAYERS) -> Iterator[None]:
    """Run the user's code; `at` says what of it, where neither a line of the file nor a layer is known.

    Raises:
        OwnCodeError: the code raised something, or asked to exit.
    """
    try:
        yield
    except InputError:
        raise
    except (Exception, SystemExit) as error:
        raise OwnCodeError(error_words(source, error, at, layers)) from error


def error_words(source: ModelSource, error: BaseException, at: str = "", layers: Layers = _NO_LAYERS) -> str:
    """Say what `error` is, and in which line of the file it came, or else in which of `layers`."""
    line = _line(source, error)
    where = _layer(error, layers) or at if line is None else f"line {line}"
    said = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    words = f"{type(error).__name__}{f': {said}' if said else ''}"
    short = words if len(words) <= _MOST_WORDS else f"{words[: _MOST_WORDS - 1]}…"
    return ": ".join(part for part in (f"--model {source}", where, short) if part)


def _layer(error: BaseException, layers: Layers) -> str:
    """Return what the innermost of `layers` is called that `error` came through; empty where none is."""
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    owners = (id(frame.f_locals.get("self")) for frame in frames)
    found = [layers[owner] for owner in owners if owner in layers]
    return found[-1] if found else ""


def _line(source: ModelSource, error: BaseException) -> int | None:
    """Return the last line of the file that `error` went through; None where there is none."""
    file = str(source.path)
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None
