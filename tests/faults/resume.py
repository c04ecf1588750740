"""Kill -9 at random moments, go on, compare with a run that nothing interrupted: weights and every metric.

``uv run python -m tests.faults resume --cases 100 --save``. A case is a run, or two side by side, of any
preset and norm on one thread or two, killed one to three times. Its seed makes it: a case that fails can be
looked at alone with ``--first``.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.runs.run_state import Outcome
from tests.faults.progress import say
from tests.process.resumed import Told, finish, go_on, kill, times_resumed, told, unfinished
from tests.process.suites import small_suite, started, until_ended

_EPOCHS: Final = 3
_IMAGES: Final = 1_000
_KINDS: Final = tuple((norm, preset) for norm in Norm for preset in Preset)


@dataclass(frozen=True)
class Case:
    """What is trained, on how many threads, and how long each worker lives until it is killed, in seconds."""

    kinds: tuple[tuple[Norm, Preset], ...]
    threads: int
    lives: tuple[float, ...]

    @classmethod
    def drawn(cls, number: int) -> "Case":
        """Return the case of a number; every kind and both numbers of threads come in turn."""
        draw = random.Random(number)
        kinds = {_KINDS[number % len(_KINDS)]} | ({draw.choice(_KINDS)} if number % 2 else set())
        lives = tuple(draw.uniform(2.0, 9.0) for _ in range(draw.randint(1, 3)))
        return cls(tuple(sorted(kinds)), 1 + number // 2 % 2, lives)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many cases there are."""
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return how many cases ended with the same weights and metrics, and how often their runs went on."""
    numbers = range(options.first, options.first + options.cases)
    began = time.monotonic()
    results = {number: _told(number) for number in numbers}
    return {
        "cases": options.cases,
        "identical": sum(times is not None for times in results.values()),
        "resumed": sum(times or 0 for times in results.values()),
        "different": [number for number, times in results.items() if times is None],
        "seconds": round(time.monotonic() - began),
    }


def _told(number: int) -> int | None:
    times = _resumed(Case.drawn(number))
    say(f"case {number}: {'another end' if times is None else f'identical, resumed {times} times'}")
    return times


def _resumed(case: Case) -> int | None:
    """Break off and finish what a case trains; return how often it went on, None where the end is another."""
    with tempfile.TemporaryDirectory() as folder, _threads(case.threads):
        worker = started(_suite(case.kinds), Path(folder))
        for life in case.lives:
            _live(life, lambda: worker.running)  # noqa: B023 - called before the next worker is there
            if not worker.running:
                break
            kill(worker)
            worker = go_on(worker.folder, unfinished(worker))
        until_ended(worker)
        if left := unfinished(worker):
            finish(worker.folder, left)
        runs = [worker.folder.run(name) for name in worker.folder.config().names]
        same = [told(run) == _uninterrupted(kind) for run, kind in zip(runs, case.kinds, strict=True)]
        return sum(times_resumed(run.events) for run in runs) if all(same) else None


def _live(seconds: float, running: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while running() and time.monotonic() < end:
        time.sleep(0.01)


@cache
def _uninterrupted(kind: tuple[Norm, Preset]) -> Told:
    with tempfile.TemporaryDirectory() as folder:
        worker = started(_suite((kind,)), Path(folder))
        (run,) = until_ended(worker).runs
        if run.outcome is not Outcome.FINISHED:
            raise RuntimeError(f"{kind}: {run.end}")
        return told(worker.folder.run(worker.folder.config().names[0]))


def _suite(kinds: Sequence[tuple[Norm, Preset]]) -> SuiteConfig:
    runs = tuple(_config(norm, preset) for norm, preset in kinds)
    return SuiteConfig(runs, "cifar-tui --headless --demo", len(runs), checkpoint_seconds=0.2)


def _config(norm: Norm, preset: Preset) -> RunConfig:
    (config,) = small_suite(norm, epochs=_EPOCHS, train=_IMAGES, preset=preset).runs
    return replace(config, preset=preset)


@contextmanager
def _threads(number: int) -> Iterator[None]:
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = str(number)
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before
