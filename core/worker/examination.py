"""The child process of `cifar-tui doctor`: tries what only a worker imports, and says what came of it.

Run as ``python -P -m core.worker.examination``. It writes JSON to standard output, a line when a step begins
and another with what it found, so that its parent knows where it crashed or hangs.
"""

import faulthandler
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import BinaryIO, Final

from core.doctor.examined import (
    STEPS,
    DevicesExamined,
    Examined,
    LayersExamined,
    TorchExamined,
    VisionExamined,
    Word,
)
from core.environment import PLAIN_VARIABLE, default_cache_folder, plain_path
from core.errors import InputError
from core.training.native.compiler import Compiler
from core.training.native.errors import NoCompilerError, NotAvailableError
from core.training.native.library import kept_library


def examine(output: BinaryIO) -> None:
    """Take every step, saying so in `output`; what needs a torch that is not there is left out."""
    for step, found in zip(STEPS, _FINDERS, strict=True):
        _say(output, Word(step))
        try:
            _say(output, Word(step, found()))
        except Exception as error:  # noqa: BLE001 - whatever an import raises is what is looked for
            _say(output, Word(step, error=" ".join(f"{type(error).__name__}: {error}".split())))
            if step == "torch":
                return


def _say(output: BinaryIO, word: Word) -> None:
    output.write(word.to_line())
    output.flush()


def _layers() -> LayersExamined:
    if plain_path():
        return LayersExamined(unwanted=f"{PLAIN_VARIABLE} is 1")
    if sys.platform == "win32":
        return LayersExamined(unwanted="they are written for Linux and macOS")
    try:
        compiler = Compiler.found()
    except NoCompilerError as error:
        return LayersExamined(trouble=str(error))
    trouble = unusable = ""
    try:
        compiler.try_out()
    except NotAvailableError as error:
        trouble = str(error)
    kept = None
    try:
        kept = kept_library(compiler, default_cache_folder())
    except (NotAvailableError, InputError, OSError) as error:
        unusable = str(error)
    return LayersExamined(
        compiler=compiler.path,
        version=compiler.version(),
        trouble=trouble,
        threads=compiler.has_threads(),
        kept=kept is not None,
        unusable=unusable,
        bf16=None if kept is None else bool(kept.functions.keeps_halves()),
    )


def _torch() -> TorchExamined:
    began = time.monotonic()
    import torch  # noqa: PLC0415 - it is what is tried

    seconds = time.monotonic() - began
    return TorchExamined(version=str(torch.__version__), seconds=seconds, cuda=str(torch.version.cuda or ""))


def _vision() -> VisionExamined:
    import torchvision  # noqa: PLC0415 - likewise

    from core.dataset.cifar10 import torchvision_archive  # noqa: PLC0415 - it imports torchvision

    return VisionExamined(version=str(torchvision.__version__), addresses=torchvision_archive().urls)


def _devices() -> DevicesExamined:
    import torch  # noqa: PLC0415 - imported before

    from core.worker.session import found_devices  # noqa: PLC0415 - it imports torch

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = found_devices()
    return DevicesExamined(
        available=tuple(map(str, found.available)),
        name=found.device_name,
        threads=found.threads,
        instruction_set=torch.backends.cpu.get_cpu_capability(),
        metal=torch.backends.mps.is_built(),
        warnings=tuple(" ".join(str(one.message).split()) for one in told),
    )


_FINDERS: Final[tuple[Callable[[], Examined], ...]] = (_layers, _torch, _vision, _devices)


def _own_output() -> BinaryIO:
    """Return standard output, and let whatever libraries print go to standard error instead."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(pipe, "wb")


if __name__ == "__main__":
    faulthandler.enable()  # of a crash in C++, the parent reads which
    with _own_output() as said:
        examine(said)
