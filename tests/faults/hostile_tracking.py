"""Files of other training tools, damaged; a sound one beside them must be read all the same."""

import json
import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from core.tracking.formats import recognised
from tests.tracking.readers import made_tensorboard, made_wandb
from tests.tracking.readers.follow import Follower
from tests.tracking.readers.made_trackio import TABLES, insert_all

Case = tuple[str, tuple[bytes, ...]]
"""A file's name, and what it holds, one time after another."""

_SOUND: Final = '{"step": 1, "loss": 2}\n{"step": 2, "loss": 1}\n'
_VALUES: Final = (0.5, -1, float("nan"), float("inf"), 1e300, True, None, "0.5", "word", [1], {"a": {"b": 1}})
_PIECES: Final = (
    b"\x00",
    b"\xff\xfe",
    b"\n",
    b",",
    b'"',
    b"{",
    b"}",
    b"[" * 2_000,
    b"9" * 500,
    b"-1",
    b"1e999",
)


def _table(random: Random) -> bytes:
    names = random.sample(["step", "epoch", "loss", "run", "time", "", "a b", "nan"], 4)
    lines = [[str(random.choice(_VALUES)) for _ in names] for _ in range(random.randrange(20))]
    return "\n".join(",".join(line) for line in [names, *lines]).encode()


def _lines(random: Random) -> bytes:
    keys = ("step", "epoch", "loss", "time", "")
    lines = [{key: random.choice((i, *_VALUES)) for key in keys} for i in range(random.randrange(20))]
    return "".join(json.dumps({"step": 0, **line}) + "\n" for line in lines).encode()


def _state(random: Random) -> bytes:
    history = [{"step": i, "loss": random.choice(_VALUES)} for i in range(random.randrange(20))]
    return json.dumps({"log_history": history, "max_steps": 9, "global_step": 9}).encode()


def _board(random: Random) -> bytes:
    values = [random.choice(_VALUES[:5]) for _ in range(random.randrange(20))]
    return b"".join(made_tensorboard.framed_scalar("loss", i, float(value)) for i, value in enumerate(values))


def _log(random: Random) -> bytes:
    values = [random.choice(_VALUES) for _ in range(random.randrange(20))]
    records = [made_wandb.history(i, {"loss": value, "a/b": value}) for i, value in enumerate(values)]
    return made_wandb.framed(made_wandb.started("a", {"lr": 1}), *records, made_wandb.ended(0))


@cache
def _database() -> bytes:
    folder = Path(tempfile.mkdtemp())
    try:
        with closing(sqlite3.connect(folder / "a.db")) as database:
            database.executescript(TABLES)
            insert_all(database, [("id", "t", "a", step, json.dumps({"loss": step})) for step in range(300)])
        return (folder / "a.db").read_bytes()
    finally:
        shutil.rmtree(folder)


_KINDS: Final[dict[str, Callable[[Random], bytes]]] = {
    "metrics.csv": _table,
    "log.jsonl": _lines,
    "trainer_state.json": _state,
    "events.out.tfevents.1": _board,
    "run-a.wandb": _log,
    "a.db": lambda _: _database(),
}


def hostile_files(random: Random) -> Case:
    """Return a file that is damaged, cut, written in parts and anew."""
    name = random.choice(list(_KINDS))
    content = bytearray(_KINDS[name](random))
    for _ in range(random.randrange(4)):
        place = random.randrange(len(content) + 1)
        match random.randrange(4):
            case 0:
                content[place : place + random.randrange(9)] = random.randbytes(random.randrange(9))
            case 1:
                content[place:place] = random.choice(_PIECES)
            case 2:
                del content[place : place + random.randrange(99)]
            case _:
                content[place:place] = struct.pack("<Q", random.choice((2**63, 2**40, 0)))
    cuts = sorted(random.randrange(len(content) + 1) for _ in range(random.randrange(3)))
    anew = [_KINDS[name](random)] if random.randrange(3) == 0 else []
    return name, (*(bytes(content[:cut]) for cut in cuts), bytes(content), *anew)


def files_read(case: Case, folder: Path) -> None:
    """Read a folder with the file while it becomes what it is, and with a sound one."""
    name, contents = case
    (folder / "z.jsonl").write_text(_SOUND)
    followed = Follower([])
    for content in contents:
        (folder / name).write_bytes(content)
        known = {source.path for source in followed.sources}
        followed.sources += [source for source in recognised(folder) if source.path not in known]
        followed.poll()
    (folder / name).unlink()
    sound = followed.runs["z"]
    if sound.curves != {"loss": [(1, 2.0), (2, 1.0)]} or len(sound.records) != 2:
        raise AssertionError("the sound file beside it was not read once")
    if any(len(run.state.notices) > 3 for run in followed.runs.values()):
        raise AssertionError("more notices than anybody needs")
