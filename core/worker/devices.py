"""The devices there are, those that a run may have, and which of them it gets."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from core.config.devices import Device, gpu_numbers
from core.errors import InputError


@dataclass(frozen=True, slots=True)
class Place:
    """A device of torch's type `kind`, called `name`; `index` is its number where there are several."""

    kind: str
    name: str
    index: int | None = None

    def __str__(self) -> str:
        """Write it as torch has it: cuda:1."""
        return self.kind if self.index is None else f"{self.kind}:{self.index}"


@dataclass(frozen=True, slots=True)
class Machine:
    """What torch finds on a machine: its processor, and the names of its GPUs in their order."""

    processor: str
    gpus: tuple[str, ...] = ()
    has_mps: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All that `--device` can name here, the fastest first, but for `auto`."""
        cuda = (Device.CUDA, *(f"{Device.CUDA}:{index}" for index in range(len(self.gpus))))
        return (*(cuda if self.gpus else ()), *((Device.MPS,) if self.has_mps else ()), Device.CPU)

    def places(self, devices: str) -> tuple[Place, ...]:
        """Return where runs may train that are to compute on `devices`, in the order they are taken.

        They are all of one kind, or the runs of a suite could not be compared. `auto` and `cuda` are all GPUs
        of the first's name.

        Raises:
            InputError: there is no such device, or GPUs of several names are asked for.
        """
        for name in devices.split(","):
            if name not in (Device.AUTO, *self.names):
                here = ", ".join((Device.AUTO, *reversed(self.names)))
                raise InputError(f"--device {devices}: torch finds no {name} here; must be one of {here}")
        if numbers := gpu_numbers(devices):
            return self._gpus(devices, numbers)
        kind = self.names[0] if devices == Device.AUTO else devices
        if kind != Device.CUDA:
            return (Place(kind, self.processor),)
        if len(self.gpus) == 1:
            return (Place(kind, self.gpus[0]),)
        return tuple(Place(kind, name, at) for at, name in enumerate(self.gpus) if name == self.gpus[0])

    def _gpus(self, devices: str, numbers: Sequence[int]) -> tuple[Place, ...]:
        names = [self.gpus[number] for number in numbers]
        if len(set(names)) > 1:
            found = ", ".join(names)
            raise InputError(f"--device {devices}: the runs of a suite need GPUs of one kind, not {found}")
        return tuple(Place(Device.CUDA, names[0], number) for number in numbers)


class Occupancy:
    """Knows how many runs are under way on each place; may be used from every run's thread."""

    def __init__(self) -> None:
        self._runs: Counter[Place] = Counter()
        self._changing = Lock()

    @contextmanager
    def one_of(self, places: Sequence[Place]) -> Iterator[Place]:
        """Give the first of `places` that has the fewest runs, and count one more there meanwhile."""
        with self._changing:
            place = min(places, key=self._runs.__getitem__)
            self._runs[place] += 1
        try:
            yield place
        finally:
            with self._changing:
                self._runs[place] -= 1
