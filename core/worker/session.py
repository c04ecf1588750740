"""What a run trains with: torch set up, a device, the images."""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final, Self

import torch

from core import __version__
from core.config.devices import Device
from core.config.run_config import RunConfig
from core.dataset.images import ImageSet
from core.environment import processor_name
from core.runs.events import DataLoaded, Emit
from core.runs.handshake import DevicesFound
from core.runs.machine_events import EnvironmentFound
from core.training.precision import forbid_tf32
from core.worker.devices import Machine, Place
from core.worker.loaded_images import LoadedImages

THREADS: Final = torch.get_num_threads()  # as found; a run on the C++ layers leaves torch one
_PACKAGES: Final = ("torch", "torchvision", "numpy", "pillow")


@dataclass(frozen=True, slots=True)
class Session:
    """The device that a run was given, and its images."""

    device: torch.device
    environment: EnvironmentFound
    images: ImageSet
    data: DataLoaded

    @classmethod
    def opened(cls, config: RunConfig, emit: Emit) -> Self:
        """Load the images of `config`, to train it alone, on the first device that it may have.

        `emit` hears what these are.

        Raises:
            InputError: there is no such device, or the images cannot be used.
        """
        place = found_machine().places(config.device)[0]
        environment = environment_of(place)
        emit(environment)
        loaded = LoadedImages.of(config, emit)
        emit(loaded.data)
        return cls.on(place, environment, loaded)

    @classmethod
    def on(cls, place: Place, environment: EnvironmentFound, loaded: LoadedImages) -> Self:
        """Set torch up to compute on `place` with images that are loaded."""
        only_repeatable_kernels()
        forbid_tf32()
        return cls(torch.device(str(place)), environment, loaded.images, loaded.data)

    @contextmanager
    def own_stream(self) -> Iterator[None]:
        """Let what this thread computes meanwhile wait for no other run's; only CUDA has streams for that.

        What names no device there, such as a graph that is captured, means this one meanwhile.
        """
        if self.device.type != "cuda":
            yield
            return
        with torch.cuda.device(self.device):
            stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
            stream.wait_stream(torch.cuda.current_stream())  # the images may be on their way
            with torch.cuda.stream(stream):
                yield


def only_repeatable_kernels() -> None:
    """Let torch compute so that the same seed gives the same bits."""
    # On a device that lacks a deterministic kernel, torch warns (into the worker's stderr file) and goes on.
    # torch.use_deterministic_algorithms does the same and imports torch's compiler, as slow as torch itself.
    torch.set_deterministic_debug_mode("warn")
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined] # ours is never read
    torch.backends.cudnn.benchmark = False


def found_machine() -> Machine:
    """Look which devices torch finds here."""
    gpus = range(torch.cuda.device_count() if torch.cuda.is_available() else 0)
    return Machine(
        processor=processor_name(),
        gpus=tuple(map(torch.cuda.get_device_name, gpus)),
        has_mps=torch.backends.mps.is_available(),
    )


def found_devices() -> DevicesFound:
    """Say what torch finds here."""
    machine = found_machine()
    places = machine.places(Device.AUTO)
    return DevicesFound(
        device=places[0].kind,
        device_name=places[0].name,
        threads=THREADS,
        available=machine.names,
        count=len(places),
    )


def environment_of(place: Place) -> EnvironmentFound:
    """Return what a run on `place` computes on and with."""
    versions = {"cifar-tui": __version__, "python": platform.python_version()}
    versions |= {package: version(package) for package in _PACKAGES}
    if place.kind == Device.CUDA and torch.version.cuda:
        versions["cuda"] = torch.version.cuda
    return EnvironmentFound(
        device=place.kind,
        device_name=place.name,
        threads=THREADS,
        versions=versions,
        instruction_set=torch.backends.cpu.get_cpu_capability(),
        index=place.index,
    )
