"""The session that all runs of a worker share: torch imported and the images loaded once."""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Final

from core.config.run_config import RunConfig
from core.runs.events import Event
from core.runs.machine_events import EnvironmentFound

if TYPE_CHECKING:
    from core.worker.session import Session

_LOOK_SECONDS: Final = 0.1


class SessionCache:
    """Opens the session for the first run that needs it; `opened` is called with what it computes on.

    May be used from every run's thread; what it gives is only read.
    """

    def __init__(self, opened: Callable[[EnvironmentFound], None]) -> None:
        self._opened = opened
        self._opening = Lock()
        self._session: Session | None = None

    def session(
        self, config: RunConfig, emit: Callable[[Event], None], poll_commands: Callable[[], object]
    ) -> "Session":
        """Return what `config` needs, and `emit` what that is.

        `poll_commands` is called while that takes its time; what it raises ends the waiting.

        Raises:
            InputError: there is no such device, or the images cannot be used.
        """
        from core.worker.session import Session  # noqa: PLC0415 - torch: seconds that an event announces

        while not self._opening.acquire(timeout=_LOOK_SECONDS):
            poll_commands()
        try:
            if self._session is not None and self._session.serves(config):
                return self._session.reopened(emit)
            self._session = Session.opened(config, emit, poll_commands)
            self._opened(self._session.environment)
            return self._session
        finally:
            self._opening.release()
