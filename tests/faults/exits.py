"""Ends at random moments: dashboards whose terminal is closed, and training without a screen.

``uv run python -m tests.faults exits --count 100 --each 20 --save``: so many dashboards; and commands without
a screen, disturbed in each of nine ways so often, at moments spread from their start to their report.
"""

import argparse
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import psutil

from tests.faults.progress import say
from tests.terminal import DASHBOARD, Terminal

_GONE_SECONDS: Final = 10.0
_KEYS: Final = (
    *("1", "2", "3", "4", "?", "q", "p", "a", "b", "e", "f", "g", "l", "s", "t", "w", "0", ".", " "),
    *("\r", "\t", "\x1b", "\x10", "\x14", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~"),
)
_IDLE: Final = (*DASHBOARD, "--demo", "--norm", "batch")
_BUSY: Final = (*_IDLE, "--epochs", "500", "--limit-train", "640", "--limit-test", "50")
_HEADLESS: Final = (
    *(*_IDLE, "--headless", "--epochs", "2", "--limit-train", "320", "--limit-test", "50"),
    *("--export", "report.md"),
)
_STOPPED: Final = 130
_NOTHING_BEGUN: Final = "nothing was begun"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many, in which ways, and which random moments."""
    parser.add_argument("--count", type=int, default=100, help="dashboards")
    parser.add_argument("--each", type=int, default=20, help="moments of each way, without a screen")
    parser.add_argument("--way", choices=_WAYS, action="append", help="this one alone; may be repeated")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--at-once", type=int, default=2, help="how many are tried side by side")


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return what was found, with the number of everything that was not as it should be."""
    with ThreadPoolExecutor(options.at_once) as pool:
        return {
            "seed": options.seed,
            "terminal_closed_under_a_dashboard": _dashboards(pool, options.count, options.seed),
            "disturbed_without_a_screen": _headless(
                pool, options.way or list(_WAYS), options.each, options.seed
            ),
        }


# -- dashboards ----------------------------------------------------------------------------------------


def _dashboards(pool: Executor, count: int, seed: int) -> dict[str, object]:
    def dashboard(number: int) -> float | None:
        with tempfile.TemporaryDirectory() as folder:
            try:
                taken = _closed_terminal(Random(f"{seed} {number}"), Path(folder), busy=_is_busy(number))
            finally:
                end_workers(Path(folder))
        say(f"dashboard {number}: {'alive' if taken is None else f'{taken:.2f} s'}")
        return taken

    seconds = list(pool.map(dashboard, range(count)))
    return {
        "count": count,
        "of_them_training": sum(map(_is_busy, range(count))),
        f"alive_after_{_GONE_SECONDS:.0f}_seconds": [n for n, taken in enumerate(seconds) if taken is None],
        "most_seconds_to_the_end": round(
            max((taken for taken in seconds if taken is not None), default=0), 2
        ),
    }


def _is_busy(number: int) -> bool:
    return number % 4 == 0


def _closed_terminal(random: Random, folder: Path, *, busy: bool) -> float | None:
    """Return how many seconds a dashboard lived on without its terminal; None where it still does."""
    with Terminal(_BUSY if busy else _IDLE, folder, columns=100, lines=30) as terminal:
        terminal.wait_for("quit")
        if busy:
            terminal.send("\r")
            terminal.wait_for("whole suite")
        for _ in range(random.randint(1, 12)):
            terminal.send(random.choice(_KEYS))
            if random.random() < 0.5:
                terminal.read(random.uniform(0.0, 0.2))
        time.sleep(random.uniform(0.0, 1.0))
        terminal.hang_up()
        began = time.monotonic()
        try:
            terminal.process.wait(_GONE_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        return time.monotonic() - began


# -- without a screen ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Way:
    """How a command is disturbed, and the exit status that is documented for it once it has begun."""

    disturb: Callable[[Terminal], None]
    status: int
    redirection: str = ""


def _sending(*numbers: signal.Signals) -> Callable[[Terminal], None]:
    def send(terminal: Terminal) -> None:
        for number in numbers:
            terminal.process.send_signal(number)
            terminal.read(0.3)

    return send


def _broken_pipe(terminal: Terminal) -> None:
    """End whoever reads the other end of standard error."""
    for child in psutil.Process(terminal.process.pid).children():
        if child.name() == "cat":
            child.kill()


_WAYS: Final = {
    "stderr closed": _Way(lambda _terminal: None, 0, "2>&-"),
    "stderr full": _Way(lambda _terminal: None, 0, "2>/dev/full"),
    "stderr broken": _Way(_broken_pipe, 0, "2> >(exec cat)"),
    "terminal closed": _Way(Terminal.hang_up, 0),
    "SIGHUP": _Way(_sending(signal.SIGHUP), 0),
    "SIGTSTP": _Way(_sending(signal.SIGTSTP, signal.SIGCONT), 0),
    "SIGINT": _Way(_sending(signal.SIGINT), _STOPPED),
    "SIGTERM": _Way(_sending(signal.SIGTERM), _STOPPED),
    "SIGQUIT": _Way(_sending(signal.SIGQUIT), _STOPPED),
}


def _undisturbed() -> float:
    """Return the seconds that a command takes where nobody disturbs it."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        trouble = _disturbed(_Way(lambda _terminal: None, 0), Path(folder), 0.0)
    assert not trouble, trouble
    return time.monotonic() - began


def _headless(pool: Executor, ways: Sequence[str], each: int, seed: int) -> dict[str, object]:
    usual = _undisturbed() if each else 0.0

    def command(case: tuple[str, int]) -> tuple[str, str]:
        name, number = case
        moment = usual * (number + Random(f"{seed} {name} {number}").random()) / each
        with tempfile.TemporaryDirectory() as folder:
            trouble = _disturbed(_WAYS[name], Path(folder), moment)
        what = f"{name}, {number + 1} of {each}, after {moment:.1f} s"
        say(f"{what}: {trouble or 'as documented'}")
        return what, trouble

    found = list(pool.map(command, [(name, number) for number in range(each) for name in ways]))
    fine = {"", _NOTHING_BEGUN}
    return {
        "moments_of_each": each,
        "ways": list(ways),
        "count": len(found),
        "as_documented": sum(trouble in fine for _what, trouble in found),
        "seconds_undisturbed": round(usual, 1),
        "before_anything_was_begun": sum(trouble == _NOTHING_BEGUN for _what, trouble in found),
        "not_as_documented": {
            what: trouble for what, trouble in found if trouble not in {"", _NOTHING_BEGUN}
        },
    }


def _disturbed(way: _Way, folder: Path, moment: float) -> str:
    """Disturb a command after `moment` seconds; return what is wrong at its end, empty for nothing."""
    with Terminal(_by_shell(way.redirection), folder) as terminal:
        began = time.monotonic()
        while terminal.process.poll() is None and time.monotonic() - began < moment:
            terminal.read(0.05)
        over = terminal.process.poll() is not None
        if not over:
            way.disturb(terminal)
        while terminal.process.poll() is None:
            terminal.read(0.1) if terminal.is_open else time.sleep(0.1)
        status, seen = terminal.process.returncode, terminal.seen
    left = end_workers(folder)
    if not (folder / "runs").exists():
        return _NOTHING_BEGUN if left == 0 else "a worker without a suite"
    wrong = []
    if status not in ({0} if over else {0, way.status}):
        wrong.append(f"status {status}")
    if not (folder / "report.md").is_file():
        wrong.append("no report")
    if seen.rfind(b"\x1b[?25l") > seen.rfind(b"\x1b[?25h") and way.disturb != Terminal.hang_up:
        wrong.append("the cursor is hidden")
    if left:
        wrong.append("a worker is left")
    return ", ".join(wrong)


def _by_shell(redirection: str) -> Sequence[str]:
    return ("/bin/bash", "-c", f'exec "$@" {redirection}', "bash", *_HEADLESS)


def end_workers(folder: Path) -> int:
    """End what still trains in `folder`; return how many did."""
    found = [
        process
        for process in psutil.process_iter(["cmdline", "cwd"])
        if "core.worker" in (process.info["cmdline"] or []) and process.info["cwd"] == os.fspath(folder)
    ]
    for process in found:
        process.kill()
    psutil.wait_procs(found, timeout=_GONE_SECONDS)
    return len(found)
