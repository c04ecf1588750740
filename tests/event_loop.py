"""When an application under test has done all there was to do."""

import asyncio
from typing import Final

_LOOK_SECONDS: Final = 0.01
_QUIET_LOOKS: Final = 3


async def until_idle(min_sleep: float = 0.0, max_sleep: float = 0.0) -> None:  # noqa: ARG001 - Textual's own
    """Wait until nothing is left for the event loop to run; it takes the place of Textual's `wait_for_idle`.

    That one takes a process that gets no core for a moment for one at rest, and goes on after a second in any
    case: on a busy machine a test then looks at the screen before its key has come through.
    """
    loop = asyncio.get_running_loop()
    quiet = 0
    while quiet < _QUIET_LOOKS:
        await asyncio.sleep(_LOOK_SECONDS)
        # while this runs, what is ready now and not run yet is there
        quiet = 0 if loop._ready else quiet + 1  # type: ignore[attr-defined] # noqa: SLF001 - no public way
