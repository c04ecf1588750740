"""What all runs of a worker share: the machine's devices, and the images, loaded once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from core.config.run_config import RunConfig
from core.runs.events import Emit, Phase, PhaseChanged
from core.runs.machine_events import EnvironmentFound
from core.worker.background import holding
from core.worker.devices import Machine, Occupancy
from core.worker.loaded_images import LoadedImages

if TYPE_CHECKING:
    from core.worker.session import Session


def machine_here() -> Machine:
    """Look which devices there are; to be called when torch is imported."""
    from core.worker.session import found_machine  # noqa: PLC0415 - torch: seconds that an event announces

    return found_machine()


class SessionCache:
    """Gives each run a device, of those that `machine` has, and the images.

    When images are loaded, `opened` is called with what the first run computes on, and how many such devices
    there are. May be used from every run's thread; what it gives is only read.
    """

    def __init__(
        self, opened: Callable[[EnvironmentFound, int], None], machine: Callable[[], Machine] = machine_here
    ) -> None:
        self._opened = opened
        self._machine = machine
        self._occupancy = Occupancy()
        self._opening = Lock()
        self._loaded: LoadedImages | None = None

    @contextmanager
    def session(
        self, config: RunConfig, emit: Emit, poll_commands: Callable[[], object]
    ) -> Iterator["Session"]:
        """Give what `config` needs, the device with the fewest runs meanwhile, and `emit` what that is.

        `poll_commands` is called while that takes its time; what it raises ends the waiting.

        Raises:
            InputError: there is no such device, or the images cannot be used.
        """
        from core.worker.session import Session, environment_of  # noqa: PLC0415 - see above

        places = self._machine().places(config.device)
        with self._occupancy.one_of(places) as place:
            environment = environment_of(place)
            emit(environment)
            loaded, is_new = self._images(config, emit, poll_commands)
            emit(loaded.data)
            session = Session.on(place, environment, loaded)
            if is_new:
                self._opened(environment, len(places))
            yield session

    def _images(
        self, config: RunConfig, emit: Emit, poll_commands: Callable[[], object]
    ) -> tuple[LoadedImages, bool]:
        """Return the images, and whether they were loaded for this."""
        with holding(self._opening, poll_commands):
            if self._loaded is not None and self._loaded.serves(config):
                return self._loaded, False
            emit(PhaseChanged(phase=Phase.DATA))
            self._loaded = LoadedImages.of(config, emit, poll_commands)
            return self._loaded, True
