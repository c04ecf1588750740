"""What the runs of a suite share: torch imported, a device chosen, the images loaded."""

import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final, Self

import torch

from core import __version__
from core.config.run_config import Device, RunConfig
from core.dataset.duplicates import count_duplicates
from core.dataset.images import ImageSet, limited
from core.environment import processor_name
from core.errors import InputError
from core.runs.events import DataLoaded, Emit, Phase, PhaseChanged
from core.runs.handshake import DevicesFound
from core.runs.machine_events import EnvironmentFound
from core.training.precision import forbid_tf32
from core.worker.image_loading import load_in_reach

THREADS: Final = torch.get_num_threads()  # as found; a run on the C++ layers leaves torch one
_PACKAGES: Final = ("torch", "torchvision", "numpy", "pillow")


@dataclass(frozen=True, slots=True)
class Session:
    """A device and the images of one config; `serves` tells which other configs can use it."""

    config: RunConfig
    device: torch.device
    images: ImageSet
    environment: EnvironmentFound
    data: DataLoaded

    @classmethod
    def opened(
        cls, config: RunConfig, emit: Emit, poll_commands: Callable[[], object] = lambda: None
    ) -> Self:
        """Choose the device and load the images, saying how far it has come.

        `poll_commands` is called all the while, several times a second; what it raises ends the loading.

        Raises:
            InputError: there is no such device, or the images cannot be used.
        """
        device = _choose(config.device)
        only_repeatable_kernels()
        forbid_tf32()
        environment = _environment(device)
        emit(environment)
        emit(PhaseChanged(phase=Phase.DATA))
        began = time.monotonic()
        loaded = load_in_reach(config.data, emit, poll_commands)
        images = limited(loaded, config.limit_train, config.limit_test)
        duplicates = count_duplicates(images)
        data = DataLoaded(
            label=images.label,
            source=images.source,
            fingerprint=images.fingerprint,
            classes=images.classes,
            train_images=len(images.train.labels),
            test_images=len(images.test.labels),
            seconds=time.monotonic() - began,
            identity=images.identity,
            test_fingerprint=images.test_fingerprint,
            test_in_training=duplicates.test_in_training,
            under_two_labels=duplicates.under_two_labels,
        )
        emit(data)
        return cls(config, device, images, environment, data)

    def serves(self, config: RunConfig) -> bool:
        """Tell whether `config` computes on the same device with the same images."""

        def needs(c: RunConfig) -> tuple[object, ...]:
            return (c.device, c.data, c.limit_train, c.limit_test)

        return needs(config) == needs(self.config)

    def reopened(self, emit: Emit) -> Self:
        """Say again, for another run's file, what is already at hand."""
        emit(self.environment)
        emit(self.data)
        return self

    @contextmanager
    def own_stream(self) -> Iterator[None]:
        """Let what this thread computes meanwhile wait for no other run's; only CUDA has streams for that."""
        if self.device.type != "cuda":
            yield
            return
        stream = torch.cuda.Stream(self.device)  # type: ignore[no-untyped-call]
        stream.wait_stream(torch.cuda.current_stream(self.device))  # the images may be on their way
        with torch.cuda.stream(stream):
            yield


def only_repeatable_kernels() -> None:
    """Let torch compute so that the same seed gives the same bits."""
    # On a device that lacks a deterministic kernel, torch warns (into the worker's stderr file) and goes on.
    # torch.use_deterministic_algorithms does the same and imports torch's compiler, as slow as torch itself.
    torch.set_deterministic_debug_mode("warn")
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined] # ours is never read
    torch.backends.cudnn.benchmark = False


def found_devices() -> DevicesFound:
    """Say what torch finds here."""
    device = _choose(Device.AUTO)
    return DevicesFound(
        device=device.type,
        device_name=_device_name(device),
        threads=THREADS,
        available=_available(),
    )


def _available() -> tuple[Device, ...]:
    """Return the devices there are, the fastest first."""
    found = {Device.CUDA: torch.cuda.is_available(), Device.MPS: torch.backends.mps.is_available()}
    return (*(device for device, there in found.items() if there), Device.CPU)


def _choose(wanted: Device) -> torch.device:
    available = _available()
    if wanted is Device.AUTO:
        return torch.device(str(available[0]))
    if wanted not in available:
        here = ", ".join([Device.AUTO, Device.CPU, *available[:-1]])
        raise InputError(f"--device {wanted}: torch finds no such device here; must be one of {here}")
    return torch.device(str(wanted))


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else processor_name()


def _environment(device: torch.device) -> EnvironmentFound:
    versions = {"cifar-tui": __version__, "python": platform.python_version()}
    versions |= {package: version(package) for package in _PACKAGES}
    if device.type == "cuda" and torch.version.cuda:
        versions["cuda"] = torch.version.cuda
    return EnvironmentFound(
        device=device.type,
        device_name=_device_name(device),
        threads=THREADS,
        versions=versions,
        instruction_set=torch.backends.cpu.get_cpu_capability(),
    )
