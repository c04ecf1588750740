"""What anybody may ask of a running suite: appended to its command file, which the worker reads."""

import json
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.runs.safe_files import open_to_append


class Command(StrEnum):
    """What can be asked of a suite; a skip, a retry and a go-on name the run they are for."""

    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"  # end this run now, go on with the others
    RETRY = "retry"  # train this ended run from scratch, behind the others
    GO_ON = "go-on"  # train this ended run from its checkpoint, behind the others
    STOP_AFTER_EPOCH = "stop-after-epoch"  # finish the epoch and its evaluation, then end the suite
    STOP_NOW = "stop-now"
    DISPLAY_LOST = "display-lost"  # nothing: who trains without a screen has none to be heard on either


@dataclass(frozen=True, slots=True)
class Order:
    """A line of the command file: what was asked, and for which run.

    The file's order is the orders' order. The time that stands with each is for people: the clocks of those
    who ask need not agree.
    """

    command: Command
    run: str | None


def ask(commands: Path, command: Command, run: str | None = None) -> None:
    """Append `command`, for the run named `run` where it needs one, to a suite's command file.

    Raises:
        OSError: the file cannot be written.
    """
    with open_to_append(commands) as file:
        file.write(json.dumps({"command": command, "run": run, "t": time.time()}).encode() + b"\n")


def read_order(line: str) -> Order | None:
    """Read a line of the command file; None where this version does not know it: a newer one may ask."""
    try:
        fields = json.loads(line)
        command, run = Command(fields["command"]), fields.get("run")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Order(command, run) if run is None or isinstance(run, str) else None
