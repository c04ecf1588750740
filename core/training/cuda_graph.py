"""CUDA graphs: a step's kernels, captured once and launched together."""

from collections.abc import Callable
from threading import Event, Lock
from typing import Any, Final

import torch

from core.training.train_step import Capture

_WARM_UPS: Final = 3  # as torch's documentation has it: libraries choose and load their kernels first
_CAPTURING: Final = Lock()  # torch allows one capture at a time in a process, and runs may be its threads
_FAILED: Final = Event()


class UntilOneFails:
    """Captures by `capture`, one at a time in the process, and nothing more after one has failed there.

    torch does not tell its allocator that a capture has failed: in the next one that would ask a graph that
    is gone, whichever run's it was. `failed` is the whole process's.
    """

    def __init__(self, capture: Capture, failed: Event = _FAILED) -> None:
        self._capture = capture
        self._failed = failed

    def __call__(self, step: Callable[[], None], warm_up: Callable[[], None]) -> Callable[[], None]:
        """Return what `capture` makes of `step`.

        Raises:
            RuntimeError: the step cannot be captured, or one before it could not.
        """
        with _CAPTURING:
            if self._failed.is_set():
                raise RuntimeError("a capture has failed before in this process")
            try:
                return self._capture(step, warm_up)
            except BaseException:
                self._failed.set()
                raise


class CudaCapture:
    """Captures steps that never run at the same time, so that their graphs share a memory pool.

    No two captures may be under way in a process: `UntilOneFails` sees to that. The steps draw from
    `generator`: a replay goes on where the last one ended.
    """

    def __init__(self, generator: torch.Generator) -> None:
        self._generator = generator
        self._pool: Any = None

    def __call__(self, step: Callable[[], None], warm_up: Callable[[], None]) -> Callable[[], None]:
        """Return what launches the graph of `step` on the stream that is current then.

        Raises:
            RuntimeError: the step does what cannot be captured, or memory is short.
        """
        _on_side_stream(warm_up)
        graph = torch.cuda.CUDAGraph()
        graph.register_generator_state(self._generator)
        # thread_local: runs in other threads may do meanwhile what a capture forbids
        with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
            step()
        self._pool = graph.pool()
        return graph.replay


def _on_side_stream(warm_up: Callable[[], None]) -> None:
    stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(_WARM_UPS):
            warm_up()
    torch.cuda.current_stream().wait_stream(stream)
