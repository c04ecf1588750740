"""CUDA graphs: a step's kernels, captured once and launched together."""

from collections.abc import Callable
from threading import Lock
from typing import Any, Final

import torch

_WARM_UPS: Final = 3  # as torch's documentation has it: libraries choose and load their kernels first
_CAPTURING: Final = Lock()  # torch allows one capture at a time in a process, and runs may be its threads


class CudaCapture:
    """Captures steps that never run at the same time, so that their graphs share a memory pool.

    They draw from `generator`: a replay goes on where the last one ended.
    """

    def __init__(self, generator: torch.Generator) -> None:
        self._generator = generator
        self._pool: Any = None

    def __call__(self, step: Callable[[], None], warm_up: Callable[[], None]) -> Callable[[], None]:
        """Return what launches the graph of `step` on the stream that is current then.

        Raises:
            RuntimeError: the step does what cannot be captured, or memory is short.
        """
        with _CAPTURING:
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
