"""Whether the suites in the runs folder are sound: their locks, their workers, their event files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from core.doctor.findings import Finding, Sign, Trouble, fine
from core.errors import InputError
from core.runs.event_log import EventReader
from core.runs.events import UnknownEvent
from core.runs.folder import SuiteFolder
from core.runs.index import RunSummary, suite_runs, suites_in
from core.runs.run_state import Outcome
from core.runs.suite_state import SuiteReader

_MOST_READ: Final = 50  # suites, the newest, whose every line is read
_UNREADABLE: Final = "unreadable"

CLOSED: Final = Trouble(
    key="runs-unreadable",
    sign=Sign.PROBLEM,
    symptom="`--runs-dir …: cannot be read`",
    says="{reason}",
    means="no suite in it can be listed, shown or gone on with",
    do="give another one by --runs-dir, or the leave to read it",
)
NO_SUITE: Final = Trouble(
    key="suite-unreadable",
    sign=Sign.WARNING,
    symptom="a suite or run in the list has a problem instead of figures",
    says="{reason}",
    means="it cannot be shown nor gone on with; other suites are none the worse",
    do="bring the file back from a copy, or delete it in Runs (d)",
)
DAMAGED: Final = Trouble(
    key="events-damaged",
    sign=Sign.WARNING,
    symptom="`an event this version does not know: unreadable` in a log",
    says="{file}: {count} of its lines cannot be read, the first is line {first}",
    means="what stood there is not known; everything else is shown as it was",
    do="nothing; where it comes again, look after that disk",
)
DIED: Final = Trouble(
    key="worker-died",
    sign=Sign.WARNING,
    symptom="runs are lost without anybody having stopped them",
    says="its worker died and nobody has recorded that: {runs}",
    means="the machine went down or was out of memory, or somebody killed it; checkpoints are kept",
    do="cifar-tui resume {suite}",
)
SILENT: Final = Trouble(
    key="worker-silent",
    sign=Sign.WARNING,
    symptom="a run stands still, and the screen says that it is stalled",
    says="its worker lives and has written nothing for more than ten seconds",
    means="it is held (Ctrl-Z, SIGSTOP), or waits for a disk or a GPU",
    do="look again in a minute; then end that process and cifar-tui resume {suite}",
)
HELD: Final = Trouble(
    key="lock-held",
    sign=Sign.WARNING,
    symptom="`…: is being trained already` of a suite in which nothing trains",
    says="its lock is held, and there is nothing left to train",
    means="a worker is about to leave, or hangs; nothing of the suite can be deleted or trained longer",
    do="look again in a minute; then see by fuser {suite}/lock which process it is, and end that",
)
LOCK_CLOSED: Final = Trouble(
    key="lock-unreadable",
    sign=Sign.WARNING,
    symptom="a suite of somebody else's that cannot be gone on with",
    says="whether somebody trains it cannot be seen ({reason})",
    means="it is another user's, or a disk's that does not answer",
    do="copy the suite's folder to a place of your own to go on with it",
)
TROUBLES: Final = (CLOSED, NO_SUITE, DAMAGED, DIED, SILENT, HELD, LOCK_CLOSED)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A suite, with what is wrong in it and whether somebody trains it."""

    runs: int
    findings: tuple[Finding, ...]


def check_suites(runs_dir: Path) -> Iterator[Finding]:
    """Look at every suite below the runs folder, and read the newest ones whole; nothing is changed."""
    try:
        suites = suites_in(runs_dir)
    except InputError as error:
        yield CLOSED.found("runs folder", reason=error)
        return
    count = runs = 0
    for path in islice(suites, _MOST_READ):
        looked = _look(SuiteFolder(path))
        count, runs = count + 1, runs + looked.runs
        yield from looked.findings
    older = sum(1 for _ in suites)
    more = f"; {older} older ones were not read" if older else ""
    suites_word, runs_word = f"suite{'s' * (count != 1)}", f"run{'s' * (runs != 1)}"
    words = f"{count} {suites_word} with {runs} {runs_word} in {runs_dir}, read to the end{more}"
    yield fine("suites", words if count else f"none yet in {runs_dir}")


def _look(folder: SuiteFolder) -> _Looked:
    summaries = suite_runs(folder.path)
    about = folder.name
    unreadable = tuple(NO_SUITE.found(about, reason=run.problem) for run in summaries if run.problem)
    runs = tuple(run for run in summaries if run.name)
    try:
        alive = folder.alive()
    except OSError as error:
        closed = LOCK_CLOSED.found(about, reason=error.strerror)
        return _Looked(len(runs), (*unreadable, closed, *_damaged(folder, runs)))
    at_work = _at_work(folder, runs) if alive else _left_open(folder, runs)
    return _Looked(len(runs), (*unreadable, *at_work, *_damaged(folder, runs)))


def _at_work(folder: SuiteFolder, runs: Sequence[RunSummary]) -> Iterator[Finding]:
    under_way = [run.name for run in runs if run.outcome is Outcome.RUNNING]
    if any(run.stalled for run in runs):
        yield SILENT.found(folder.name, suite=folder.place)
    elif under_way:
        yield fine(folder.name, f"a worker is at work: {', '.join(under_way)}")
    elif runs and all(run.outcome is not None and run.outcome.ended for run in runs):
        yield HELD.found(folder.name, suite=folder.place)
    else:
        yield fine(folder.name, "a worker is at work")


def _left_open(folder: SuiteFolder, runs: Sequence[RunSummary]) -> Iterator[Finding]:
    """Name the runs whose files end in the middle, with nobody alive to write on."""
    if not any(run.outcome is Outcome.LOST for run in runs):
        return
    try:
        left = [run.name for run in SuiteReader(folder).poll().under_way]
    except (InputError, OSError):  # told as a problem of its own
        return
    if left:
        yield DIED.found(folder.name, runs=", ".join(left), suite=folder.place)


def _damaged(folder: SuiteFolder, runs: Sequence[RunSummary]) -> Iterator[Finding]:
    for file in (folder.log, *(folder.run(run.name).events for run in runs if not run.problem)):
        try:
            records = list(enumerate(EventReader(file).new_records(), 1))
        except OSError as error:
            yield NO_SUITE.found(folder.name, reason=f"{file}: cannot be read ({error.strerror})")
            continue
        bad = [
            line
            for line, record in records
            if isinstance(record.event, UnknownEvent) and record.event.kind == _UNREADABLE
        ]
        if bad:
            yield DAMAGED.found(folder.name, file=file, count=len(bad), first=bad[0])
