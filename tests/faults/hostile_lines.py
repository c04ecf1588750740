"""Lines of event files as a damaged disk, a newer version or a stranger would have them."""

import json
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final

from core.config.presets import Norm
from core.runs.commands import Command
from core.runs.event_codec import to_line
from core.runs.events import DataProgressed, DeviceSampled, Event, Record, StepsDone
from core.runs.life_events import Fault, RunFailed, RunLost, RunStopped
from core.runs.suite_events import (
    ConcurrencySet,
    JobEnded,
    JobStarted,
    OrderTaken,
    RunsQueued,
    WorkerEnded,
    WorkerStarted,
)
from tests.report.example_runs import config, finished_events

RUN: Final[Sequence[Event]] = (
    *finished_events(config(Norm.BATCH), epochs=3),
    StepsDone(epoch=3, first_step=0, losses=(2.0, float("nan")), correct=(1, 2), images=256),
    DeviceSampled(resident_bytes=1, cpu_load=0.5, device_bytes=None),
    DataProgressed(what="images", done=1, total=9),
    RunStopped(reason="asked to stop"),
    RunFailed(error="ValueError: ü", fault=Fault.PROGRAM, traceback="a\nb"),
    RunLost(exit_code=-9, stderr_tail="a\nb"),
)
SUITE: Final[Sequence[Event]] = (
    RunsQueued(runs=("batch", "group"), commands=1),
    WorkerStarted(pid=17),
    ConcurrencySet(max_concurrent=2),
    JobStarted(run="batch"),
    OrderTaken(line=1, command=Command.RETRY, run="layer"),
    JobEnded(run="batch"),
    WorkerEnded(exit_code=0),
)

_TEXTS: Final = (
    *("", "\x00", "\u202e", "\x1b[2J", "\ud800", "é" * 300, "../../etc", "batch", "train", "finished"),
    *("nan", "[" * 99, "iVBORw0KGgo=", "a" * 70_000),
)
_NUMBERS: Final = (
    *(0, 1, -1, 2, 3, 10, 255, 2**31, 2**53, 2**53 + 1, 2**63, 2**64, -(2**64), 10**30, 10**400),
    *(0.5, -0.0, 1e-320, 1e15, 1e39, 1e308, -1e308, float("nan"), float("inf"), float("-inf")),
)

_LENGTHS: Final = (0, 1, 1, 2, 3, 6)
_GONE: Final = object()
_TWICE: Final = object()
_NO_LINES: Final = ("[" * 100_000, '{"a":' * 50_000, '"kind"', "{}", "", "\u2028", "\x00\xff")

Fields = dict[str, Any]


def lines_of(events: Sequence[Event]) -> list[Fields]:
    """Return what the lines of `events` hold."""
    return [json.loads(to_line(Record(number, 1e9 + number, event))) for number, event in enumerate(events)]


def any_value(random: Random, depth: int = 3) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a value that JSON can hold, most often one at the edge of something."""
    kind = random.randrange(8 if depth else 6)
    if kind == 6:
        return [any_value(random, depth - 1) for _ in range(random.choice(_LENGTHS))]
    if kind > 6:
        keys = ("epoch", "kind", "a")[: random.randrange(4)]
        return {key: any_value(random, depth - 1) for key in keys}
    if kind == 0:
        return "".join(chr(random.randrange(random.choice((128, 0x3000, 0x110000)))) for _ in range(9))
    return random.choice((None, True, False, *_TEXTS, *_NUMBERS))


def damaged(random: Random, fields: Fields) -> Fields:
    """Return `fields` with up to three places changed, in whatever it holds, or gone."""
    copy: Fields = json.loads(json.dumps(fields))
    for _ in range(random.randrange(4)):
        slots = list(_slots(copy))
        if not slots:
            break
        holder, key = random.choice(slots)
        new = random.choice((_GONE, _TWICE, *[any_value(random)] * 6))
        if new is _GONE:
            del holder[key]
        elif new is not _TWICE:
            holder[key] = new
        elif isinstance(holder, list):
            holder.insert(key, holder[key])
    return copy


def hostile_line(random: Random, known: Sequence[Fields]) -> str:
    """Return a line with its feed: a known one, whole, damaged or cut, or what is none at all."""
    if not random.randrange(8):
        return random.choice((*_NO_LINES, json.dumps(any_value(random)), str(any_value(random)))) + "\n"
    # as this program writes it, or as other tools do, with blanks behind the colons
    separators = random.choice((None, (",", ":")))
    line = json.dumps(damaged(random, random.choice(known)), separators=separators)
    end = len(line) if random.randrange(8) else random.randrange(len(line))
    return line[:end] + "\n"


def hostile_file(random: Random, known: Sequence[Fields]) -> list[str]:
    """Return a file's lines: known ones in their order, some of them missing, others put between."""
    whole = [json.dumps(fields) + "\n" for fields in known if random.randrange(4)]
    for _ in range(random.randrange(6)):
        whole.insert(random.randrange(len(whole) + 1), hostile_line(random, known))
    return whole


def _slots(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - whatever JSON holds
    """Yield every place in `value`: what holds it, and its key there; long lists by their ends."""
    if isinstance(value, dict):
        keys: Any = list(value)
    elif isinstance(value, list):
        keys = sorted({*range(min(3, len(value))), *range(max(0, len(value) - 2), len(value))})
    else:
        return
    for key in keys:
        yield value, key
        yield from _slots(value[key])
