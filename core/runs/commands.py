"""What anybody may ask of a running suite: appended to its command file, which the worker reads."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Command(StrEnum):
    """What can be asked of a suite; a skip and a retry name the run they are for."""

    TRAIN = "train"  # no order: says which runs the worker was started for, where not for all
    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"  # end this run now, go on with the others
    RETRY = "retry"  # train this ended run again, behind the others
    STOP_AFTER_EPOCH = "stop-after-epoch"  # finish the epoch and its evaluation, then end the suite
    STOP_NOW = "stop-now"


@dataclass(frozen=True, slots=True)
class Order:
    """A line of the command file: what was asked, for which run, and when (Unix seconds, NaN if unknown).

    `runs` are those a worker was started for.
    """

    command: Command
    run: str | None
    time: float
    runs: tuple[str, ...] = ()


def ask(commands: Path, command: Command, run: str | None = None) -> None:
    """Append `command`, for the run named `run` where it needs one, to a suite's command file.

    Raises:
        OSError: the file cannot be written.
    """
    with commands.open("ab", buffering=0) as file:
        file.write(json.dumps({"command": command, "run": run, "t": time.time()}).encode() + b"\n")


def renew(commands: Path, runs: Sequence[str] | None) -> None:
    """Begin a suite's command file anew for a worker that is to train `runs` of it (None: all).

    Raises:
        OSError: the file cannot be written.
    """
    if runs is None:
        commands.unlink(missing_ok=True)
        return
    half = commands.with_suffix(".half")
    half.write_text(json.dumps({"command": Command.TRAIN, "runs": list(runs), "t": time.time()}) + "\n")
    half.replace(commands)  # a file of its own, which no follower takes for the earlier worker's


def read_order(line: str) -> Order | None:
    """Read a line of the command file; None where this version does not know it: a newer one may ask."""
    try:
        fields = json.loads(line)
        command, runs = Command(fields["command"]), tuple(fields.get("runs", ()))
        return Order(command, fields.get("run"), float(fields.get("t", "nan")), runs)
    except (ValueError, KeyError, TypeError):
        return None
