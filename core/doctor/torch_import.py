"""Whether torch and torchvision can be imported here, and how long that takes."""

from collections.abc import Iterator
from typing import Final

from core.doctor.examined import Examination
from core.doctor.findings import Finding, Sign, Trouble, fine

_LONG_SECONDS: Final = 20.0

TORCH_ENDS: Final = Trouble(
    key="torch-crashes",
    sign=Sign.PROBLEM,
    symptom="every run is lost: its process exited without recording an end",
    says="its import crashes: {reason}",
    means="nothing can be trained with this torch",
    do="uv sync --reinstall-package torch; after a SIGILL take a build for this processor",
)
TORCH_HANGS: Final = Trouble(
    key="torch-hangs",
    sign=Sign.PROBLEM,
    symptom="`importing torch` for minutes",
    says="its import does not end: {reason}",
    means="a run waits for it and never begins",
    do="look after the disk it is installed on and the GPU's driver; --timeout waits longer",
)
TORCH_FAILS: Final = Trouble(
    key="torch-fails",
    sign=Sign.PROBLEM,
    symptom="runs fail with an `ImportError` or `OSError` that names torch",
    says="cannot be imported: {reason}",
    means="nothing can be trained with this torch",
    do="uv sync --reinstall-package torch",
)
TORCH_SLOW: Final = Trouble(
    key="torch-slow",
    sign=Sign.WARNING,
    symptom="the first run begins late",
    says="{version}, imported in {seconds} s",
    means="each start of a worker takes so long; on most disks it is two to five seconds, the first time ten",
    do="nothing where the second look is quick; else install on a local disk",
)
MIXED: Final = Trouble(
    key="torchvision-mixed",
    sign=Sign.PROBLEM,
    symptom="`operator torchvision::nms does not exist`",
    says="cannot be imported: {reason}",
    means="it was built for another torch, as where one is for CUDA and the other for the CPU; without it, "
    "CIFAR-10 cannot be read, while --data demo and folders of images can",
    do="install both from one index: uv sync --reinstall-package torch --reinstall-package torchvision",
)
VISION_ENDS: Final = Trouble(
    key="torchvision-crashes",
    sign=Sign.PROBLEM,
    symptom="runs on CIFAR-10 are lost or wait, those on --data demo train",
    says="its import ends in a crash or not at all: {reason}",
    means="CIFAR-10 cannot be read, while --data demo and folders of images can",
    do="uv sync --reinstall-package torchvision",
)
LOOK_ENDS: Final = Trouble(
    key="devices-crash",
    sign=Sign.PROBLEM,
    symptom="every run is lost as soon as it looks for a device",
    says="torch cannot look for them: {reason}",
    means="a run ends before it begins",
    do="mend the GPU's driver; until then CUDA_VISIBLE_DEVICES= (empty) hides the GPU",
)
TROUBLES: Final = (TORCH_ENDS, TORCH_HANGS, TORCH_FAILS, TORCH_SLOW, MIXED, VISION_ENDS, LOOK_ENDS)

_CRASHES: Final = {"torchvision": VISION_ENDS, "devices": LOOK_ENDS}


def check_torch(examination: Examination) -> Iterator[Finding]:
    """Tell how the imports went, and where the child that tried them came to an end."""
    if (torch := examination.torch) is not None:
        slow = torch.seconds > _LONG_SECONDS
        yield (
            TORCH_SLOW.found("torch", version=torch.version, seconds=f"{torch.seconds:.0f}")
            if slow
            else fine("torch", f"{torch.version}, imported in {torch.seconds:.1f} s")
        )
    if (vision := examination.vision) is not None:
        yield fine("torchvision", f"{vision.version}, imported")
    failures = {"torch": TORCH_FAILS, "torchvision": MIXED, "devices": LOOK_ENDS}
    for step, error in examination.errors.items():
        if step in failures:
            yield failures[step].found(step, reason=error)
    if examination.unfinished in _CRASHES:
        step = examination.unfinished
        yield _CRASHES[step].found(step, reason=examination.ended)
    elif examination.unfinished == "torch":
        trouble = TORCH_HANGS if examination.hung else TORCH_ENDS
        yield trouble.found("torch", reason=examination.ended)
