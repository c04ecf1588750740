"""How a run's error stands in its event file: in a line of words, with what to change where that is known."""

import errno
import traceback
from typing import Final

from core.config.run_config import RunConfig
from core.errors import InputError
from core.runs.death import MEMORY_ADVICE
from core.runs.life_events import Fault, RunFailed
from core.runs.write_trouble import FolderError
from core.training.network.own_code import OwnCodeError, OwnForwardError

# torch, its libraries, the loader and the C++ library each have words of their own for want of memory
_NO_MEMORY: Final = (
    "out of memory",
    "not enough memory",
    "allocate memory",
    "std::bad_alloc",
    "could not create a primitive",
    "failed to map segment",
    "CUBLAS_STATUS_ALLOC_FAILED",
)


def failure(error: BaseException, config: RunConfig) -> RunFailed:
    """Return the end of a run that `error` ended, which is being handled."""
    if isinstance(error, InputError):
        told = _traceback() if isinstance(error, OwnCodeError) else ""
        return RunFailed(error=str(error), fault=Fault.INPUT, traceback=told)
    if isinstance(error, OwnForwardError):
        if error.__cause__ is None or not is_want_of_memory(error.__cause__):
            return RunFailed(error=str(error), fault=Fault.PROGRAM, traceback=_traceback())
        error = error.__cause__
    line = " ".join(f"{type(error).__name__}: {error}".split())
    if isinstance(error, FolderError):
        line = str(error)
    elif is_want_of_memory(error):
        line = f"memory ran out with --batch-size {config.batch_size}: {MEMORY_ADVICE} ({line})"
    return RunFailed(error=line, fault=Fault.PROGRAM, traceback=_traceback())


def is_want_of_memory(error: BaseException) -> bool:
    """Tell whether `error` says, in whosever words, that the machine or its device has no memory left."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    if not isinstance(error, RuntimeError | OSError | ImportError):
        return False
    text = str(error)
    return any(words in text for words in _NO_MEMORY)


def _traceback() -> str:
    try:
        return traceback.format_exc()
    except MemoryError:  # there is too little even for that
        return ""
