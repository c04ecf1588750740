"""How many runs of a suite train at once."""

from typing import Final

from core.config.suite_config import MOST_AT_ONCE, SuiteConfig
from core.environment import plain_path

SIDE_BY_SIDE: Final = "trains side by side with"
"""How the notice of a run begins that shared the machine with others."""

_APPLE: Final = "mps"
_MOST_ON_A_PROCESSOR: Final = 3  # a norm each; more would only share the same cores in smaller parts


def runs_at_once(suite: SuiteConfig, device_type: str, threads: int, devices: int = 1) -> int:
    """Return how many runs of `suite` train side by side on `devices` devices of torch's type `device_type`.

    Torch computes on `threads` threads there. It is as many on each device as `suite.parallel` says, and all
    together up to `MOST_AT_ONCE`, as they are threads of one process. None is `auto`: on CUDA all of them,
    since one of these networks keeps only a part of a GPU busy; on a processor as many as the suite has
    norms, up to three, so that the norms of a seed race each other. On a single thread runs take turns: it
    has no pause that another run could use, so that all would end as late as the last, and take the memory
    of three. Networks of the user's own, whose layers are torch's, take turns, too: one alone has all
    threads. On Apple's GPUs and on the plain path it is always one: there, dropout takes its masks from
    torch's generator, which is the whole process's and which every run that begins seeds anew; and on these
    GPUs torch ends the process when two threads compute at once (torch 2.14).
    """
    if device_type == _APPLE or plain_path():
        return 1
    runs = len(suite.runs)
    wanted = _by_itself(suite, device_type, threads) if suite.parallel is None else suite.parallel
    return min(wanted * devices, runs, MOST_AT_ONCE)


def in_turn_words(suite: SuiteConfig, device_type: str) -> str | None:
    """Say that runs take turns on such a device though `suite` asks for more at once; None where not so."""
    if device_type != _APPLE or suite.parallel in {None, 1} or len(suite.runs) == 1:
        return None
    return (
        f"--parallel {suite.parallel}: on an Apple GPU runs train one at a time, "
        "as they would share its random numbers"
    )


def _by_itself(suite: SuiteConfig, device_type: str, threads: int) -> int:
    match device_type:
        case _ if any(run.model is not None for run in suite.runs):
            return 1
        case "cuda":
            return len(suite.runs)
        case "cpu" if threads > 1:
            return min(len({run.norm for run in suite.runs}), _MOST_ON_A_PROCESSOR)
        case _:
            return 1
