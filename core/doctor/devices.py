"""What this machine can compute on, and how much of it."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.doctor.cgroups import processor_limit
from core.doctor.examined import Examination
from core.doctor.findings import Finding, Sign, Trouble, fine
from core.environment import processor_name, usable_cores

_NVIDIA_DRIVER: Final = Path("/proc/driver/nvidia/version")

DRIVER: Final = Trouble(
    key="cuda-driver",
    sign=Sign.WARNING,
    symptom="it trains on the CPU though there is an NVIDIA GPU; `--device cuda: torch finds no such device`",
    says="there is a driver, and torch finds no GPU: {reason}",
    means="training takes the processor instead",
    do="nvidia-smi should list the GPU; a driver too old for this torch is to be renewed",
)
CPU_BUILD: Final = Trouble(
    key="cuda-build",
    sign=Sign.WARNING,
    symptom="it trains on the CPU though there is an NVIDIA GPU; torch's version ends in `+cpu`",
    says="there is a driver, and this torch is built without CUDA",
    means="training takes the processor instead",
    do="install torch's CUDA build: uv sync in a fresh .venv, or uv pip install --torch-backend auto",
)
LIMITED: Final = Trouble(
    key="processor-limit",
    sign=Sign.WARNING,
    symptom="in a container, training is far slower than its number of cores lets expect",
    says="{cores} cores can be used, but only for {limit} cores' time",
    means="threads that have no time left hold up the others",
    do="let OMP_NUM_THREADS be {threads}",
)
TROUBLES: Final = (DRIVER, CPU_BUILD, LIMITED)


def check_devices(examination: Examination, driver: Path = _NVIDIA_DRIVER) -> Iterator[Finding]:
    """Tell what torch computes on; `driver` is what there is where the system has an NVIDIA driver."""
    found = examination.devices
    if found is not None:
        said = f" ({found.name})" if found.available[0] != "cpu" else ""
        yield fine("--device auto", f"{found.available[0]}{said}")
        has_driver = driver.exists() or shutil.which("nvidia-smi") is not None
        if "cuda" not in found.available and has_driver:
            yield _without_cuda(examination, "; ".join(found.warnings))
        if sys.platform == "darwin" and "mps" not in found.available:
            yield fine("mps", "torch finds no Apple GPU" if found.metal else "torch is built without it")
    yield from _processor(examination)


def _without_cuda(examination: Examination, said: str) -> Finding:
    if examination.torch is not None and not examination.torch.cuda:
        return CPU_BUILD.found("cuda")
    return DRIVER.found("cuda", reason=said or "it does not say why")


def _processor(examination: Examination) -> Iterator[Finding]:
    found, cores, limit = examination.devices, usable_cores(), processor_limit()
    words = [processor_name(), f"{cores} core{'s' if cores > 1 else ''} to use"]
    if found is not None:
        words += [
            found.instruction_set,
            f"{found.threads} thread{'s' if found.threads > 1 else ''} of torch",
        ]
    if limit is not None and limit < cores:
        whole = max(int(limit), 1)
        if found is None or found.threads > whole:
            yield LIMITED.found("cpu", cores=cores, limit=f"{limit:g}", threads=whole)
        words.append(f"limited to {limit:g} cores' time")
    yield fine("cpu", ", ".join(words))
