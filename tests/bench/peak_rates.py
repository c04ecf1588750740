"""A device's peak rates, now, printed as JSON: ``python -m tests.bench.peak_rates cpu|cuda``.

The fields are those of `tests.bench.floor.PeakRates`.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Final

import torch

_TIMES: Final = 8
_SIDE: Final = {"cpu": 2_048, "cuda": 8_192}
_COPIED_BYTES: Final = {"cpu": 2**28, "cuda": 2**30}  # far beyond any cache


def main(device: str) -> None:
    """Measure and print."""
    half = device == "cuda" and torch.cuda.is_bf16_supported()
    number = torch.bfloat16 if half else torch.float32
    side = _SIDE[device]
    a, b, product = (torch.ones(side, side, dtype=number, device=device) for _ in range(3))
    source = torch.ones(_COPIED_BYTES[device], dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    rates = {
        "flops_a_second": 2 * side**3 / _least_seconds(lambda: torch.mm(a, b, out=product), device),
        "bytes_a_second": 2 * len(source) / _least_seconds(lambda: target.copy_(source), device),
        "number_bytes": number.itemsize,
    }
    print(json.dumps(rates))


def _least_seconds(work: Callable[[], object], device: str) -> float:
    """Return the shortest of several times, the first one, which warms up, left out."""
    work()
    times = []
    for _ in range(_TIMES):
        _wait(device)
        began = time.perf_counter()
        work()
        _wait(device)
        times.append(time.perf_counter() - began)
    return min(times)


def _wait(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


if __name__ == "__main__":
    main(sys.argv[1])
