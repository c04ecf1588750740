import errno

import pytest
import torch

from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.errors import InputError
from core.runs.life_events import Fault, RunFailed
from core.worker.failure import failure

CONFIG = RunConfig(norm=Norm.BATCH, batch_size=512)


def ended_by(error: Exception) -> RunFailed:
    def fail() -> None:
        raise error

    try:
        fail()
    except Exception as caught:  # noqa: BLE001 - as the worker does
        return failure(caught, CONFIG)
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError("3 GiB"),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("could not create a primitive"),
        RuntimeError("std::bad_alloc"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        ImportError("libtorch_cpu.so: failed to map segment from shared object"),
    ],
)
def test_want_of_memory_is_told_with_what_to_change(error: Exception) -> None:
    end = ended_by(error)
    assert end.error.startswith(
        "memory ran out with --batch-size 512: a smaller --batch-size, fewer runs side"
    )
    assert "--parallel" in end.error
    assert "--limit-train" in end.error
    assert type(error).__name__ in end.error
    assert end.fault is Fault.PROGRAM
    assert type(error).__name__ in end.traceback


@pytest.mark.parametrize("error", [RuntimeError("mat1 and mat2\nshapes"), KeyError("memory")])
def test_another_error_keeps_its_own_words_in_one_line(error: Exception) -> None:
    assert ended_by(error).error == " ".join(f"{type(error).__name__}: {error}".split())


def test_bad_input_is_the_users_to_mend() -> None:
    assert ended_by(InputError("--data x: must be")) == RunFailed(
        error="--data x: must be", fault=Fault.INPUT
    )
