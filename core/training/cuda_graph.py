"""CUDA graphs: what a step asks of the device, recorded once and launched as a whole."""

from collections.abc import Callable
from threading import Lock
from typing import Any, Final

import torch

_REHEARSALS: Final = 3  # as torch's documentation has it: libraries choose and load their kernels first
_CAPTURING: Final = Lock()  # torch allows one capture at a time in a process, and runs may be its threads


class CudaCapture:
    """Captures steps that are never under way at the same time, so that they share memory.

    `random` is the generator they draw from: a replay draws on where the last one ended.
    """

    def __init__(self, random: torch.Generator) -> None:
        self._random = random
        self._pool: Any = None

    def __call__(self, step: Callable[[], None], rehearsal: Callable[[], None]) -> Callable[[], None]:
        """Return what launches `step` on the stream that is current then.

        Raises:
            RuntimeError: the step does what cannot be captured, or memory is short.
        """
        with _CAPTURING:
            _on_another_stream(rehearsal)
            graph = torch.cuda.CUDAGraph()
            graph.register_generator_state(self._random)
            # other threads may go on with what must not be in a capture: their runs are none of its business
            with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
                step()
        self._pool = graph.pool()
        return graph.replay


def _on_another_stream(rehearsal: Callable[[], None]) -> None:
    stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(_REHEARSALS):
            rehearsal()
    torch.cuda.current_stream().wait_stream(stream)
