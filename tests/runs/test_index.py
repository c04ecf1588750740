from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import compress
from pathlib import Path

import pytest

from core.config.grid import Grid
from core.config.presets import Norm, Preset
from core.config.suite_config import SuiteConfig
from core.errors import InputError
from core.runs.event_log import EventWriter
from core.runs.events import Event
from core.runs.folder import SuiteFolder, create_suite
from core.runs.index import delete_runs, iter_runs, list_runs, live_suites, suite_runs
from core.runs.run_state import Outcome
from core.runs.suite_events import WorkerAlive
from core.runs.suite_state import states_in
from tests.report.example_runs import config, epoch_events, finished_events, opening_events
from tests.runs.closed_folders import closed, open_to_all
from tests.runs.made_suites import log

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BATCH = config(Norm.BATCH)
ENDED = finished_events(BATCH, epochs=2)
UNDER_WAY = [*opening_events(BATCH), *epoch_events(Norm.BATCH, 1)]


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def make_suite(runs_dir: Path, day: int = 0, **runs: Sequence[Event]) -> SuiteFolder:
    """Make a suite of `runs`, named after their norms; one without an event waits."""
    configs = Grid(BATCH, tuple(map(Norm, runs))).runs()
    folder = create_suite(runs_dir, SuiteConfig(configs, "cifar-tui"), NOW + timedelta(days=day))
    for name, events in runs.items():
        if events:
            with EventWriter(folder.run(name).events) as log:
                for event in events:
                    log.write(event)
    return folder


def refusal(runs_dir: Path, *paths: Path) -> str:
    with pytest.raises(InputError) as error:
        delete_runs(runs_dir, paths)
    return str(error.value)


def test_a_folder_that_is_not_there_holds_no_run(runs_dir: Path) -> None:
    assert list_runs(runs_dir) == ()


def test_the_newest_suite_comes_first_and_its_runs_in_its_order(runs_dir: Path) -> None:
    old, new = (make_suite(runs_dir, day, layer=ENDED, batch=ENDED, group=()) for day in (1, 2))
    found = [(run.suite, run.name) for run in list_runs(runs_dir)]
    assert found == [(suite.path.name, name) for suite in (new, old) for name in ("layer", "batch", "group")]


def test_a_summary_says_what_a_replay_does(runs_dir: Path) -> None:
    folder = make_suite(runs_dir, batch=ENDED)
    checkpoint = folder.run("batch").checkpoint
    checkpoint.write_bytes(bytes(5_000))
    (run,), (state,) = list_runs(runs_dir), states_in(folder.path)
    assert (run.path, run.suite) == (folder.path / "batch", folder.path.name)
    assert (run.norm, run.preset, run.seed, run.epochs_wanted) == (Norm.BATCH, Preset.REFERENCE, 0, 20)
    assert (run.outcome, run.epochs_done, run.last_accuracy) == (Outcome.FINISHED, 2, state.last_accuracy)
    assert (run.started_at, run.updated_at) == (state.started_at, state.updated_at)
    assert run.size == 5_000 + folder.run("batch").events.stat().st_size
    assert (run.data, run.locked, run.problem) == ("CIFAR-10 (JPEG)", None, None)


def test_a_run_that_waits_is_known_from_its_suite(runs_dir: Path) -> None:
    folder = make_suite(runs_dir, batch=ENDED, group=())
    _, run = list_runs(runs_dir)
    assert (run.path, run.norm, run.epochs_wanted) == (folder.path / "group", Norm.GROUP, 20)
    assert (run.outcome, run.epochs_done, run.started_at, run.size) == (Outcome.WAITING, 0, None, 0)
    assert run.data == folder.config().runs[1].data


def test_a_run_is_under_way_while_its_worker_lives_and_lost_when_it_is_dead(runs_dir: Path) -> None:
    folder = make_suite(runs_dir, batch=UNDER_WAY, layer=ENDED, group=())
    with folder.lock().acquire():
        alive = list_runs(runs_dir)
    dead = list_runs(runs_dir)
    assert [run.outcome for run in alive] == [Outcome.RUNNING, Outcome.FINISHED, Outcome.WAITING]
    assert [run.outcome for run in dead] == [Outcome.LOST, Outcome.FINISHED, Outcome.WAITING]
    assert ({run.locked for run in alive}, {run.locked for run in dead}) == ({True}, {False})
    assert [run.epochs_done for run in dead] == [1, 2, 0]


@pytest.mark.parametrize(("silent", "stalled"), [(0.0, False), (9.0, False), (11.0, True), (-3_600.0, False)])
def test_a_worker_that_lives_and_writes_nothing_is_stalled(
    runs_dir: Path, silent: float, *, stalled: bool
) -> None:
    folder = make_suite(runs_dir, batch=UNDER_WAY, group=())
    log(folder, WorkerAlive())
    newest = max(file.stat().st_mtime for file in (folder.log, folder.run("batch").events))
    with folder.lock().acquire():
        under_way, waiting = suite_runs(folder.path, now=lambda: newest + silent)
    assert (under_way.stalled, waiting.stalled) == (stalled, False)
    dead, _ = suite_runs(folder.path, now=lambda: newest + silent)
    assert not dead.stalled


@pytest.mark.parametrize(
    "content", ["", "{", "[" * 100_000, '{"runs": [], "command": ""}', '{"runs": [{"norm": "hat"}]}']
)
def test_a_suite_that_cannot_be_read_is_listed_with_the_reason(runs_dir: Path, content: str) -> None:
    spoilt = make_suite(runs_dir, 1, batch=ENDED).path
    make_suite(runs_dir, batch=ENDED)
    (spoilt / "suite.json").write_text(content)
    run, readable = list_runs(runs_dir)
    assert (run.path, run.suite, run.name, run.outcome) == (spoilt, spoilt.name, "", None)
    assert run.problem == f"{spoilt}/suite.json: cannot be read as a suite of this version of cifar-tui"
    assert run.size == sum(file.stat().st_size for file in spoilt.rglob("*.json*"))
    assert readable.problem is None


def test_an_event_file_that_cannot_be_read_is_told(runs_dir: Path) -> None:
    folder = make_suite(runs_dir, batch=ENDED, group=())
    folder.run("group").events.mkdir(parents=True)
    fine, run = list_runs(runs_dir)
    assert (fine.problem, run.name, run.outcome, run.norm) == (None, "group", None, Norm.GROUP)
    assert run.problem == f"{folder.path}/group/events.jsonl: cannot be read (it is no regular file)"


def test_what_is_no_suite_is_passed_over(runs_dir: Path) -> None:
    make_suite(runs_dir, batch=ENDED)
    (runs_dir / "notes").mkdir()
    (runs_dir / "notes" / "events.jsonl").touch()
    (runs_dir / "report.md").touch()
    (runs_dir / "gone").symlink_to(runs_dir / "nowhere")
    (runs_dir / "loop").symlink_to(runs_dir / "loop")
    listed = list_runs(runs_dir)
    assert [run.name for run in listed if run.problem is None] == ["batch"]
    assert [run.suite for run in listed if run.problem is not None] == []


def test_a_closed_suite_is_told() -> None:
    with open_to_all() as runs_dir:
        suite = make_suite(runs_dir, batch=ENDED)
        with closed(suite.path):
            (run,) = list_runs(runs_dir)
            assert list(live_suites(runs_dir)) == []
            with pytest.raises(InputError) as refused:
                states_in(suite.path)
        assert run.problem == f"{suite.config_file}: cannot be read (Permission denied)"
        assert str(refused.value) == run.problem


def test_a_file_in_place_of_the_runs_folder_is_refused(runs_dir: Path) -> None:
    runs_dir.touch()
    with pytest.raises(InputError, match="runs: cannot be read"):
        list_runs(runs_dir)


def test_who_has_seen_enough_can_leave(runs_dir: Path) -> None:
    for day in range(40):
        make_suite(runs_dir, day, batch=())
    runs = iter_runs(runs_dir)
    assert next(runs).suite.startswith("20260210")
    runs.close()
    assert list(runs) == []


def test_a_deleted_run_is_neither_listed_nor_waited_for(runs_dir: Path) -> None:
    folder = make_suite(runs_dir, batch=ENDED, layer=ENDED, group=())
    delete_runs(runs_dir, [folder.run("batch").path, folder.run("group").path])
    assert [run.name for run in list_runs(runs_dir)] == ["layer"]
    assert not folder.run("batch").path.exists()
    assert [run.name for run in states_in(folder.path)] == ["layer"]


def test_a_suite_goes_with_its_last_run(runs_dir: Path) -> None:
    folder, other = (make_suite(runs_dir, day, batch=ENDED, layer=ENDED) for day in (1, 2))
    delete_runs(runs_dir, [folder.run("batch").path])
    delete_runs(runs_dir, [folder.run("layer").path])
    assert list(runs_dir.iterdir()) == [other.path]
    delete_runs(runs_dir, [other.run("layer").path, other.run("batch").path])
    assert list(runs_dir.iterdir()) == []


def test_a_suite_that_cannot_be_read_can_be_deleted(runs_dir: Path) -> None:
    folder = make_suite(runs_dir, batch=ENDED)
    (folder.path / "suite.json").write_text("{")
    (run,) = list_runs(runs_dir)
    delete_runs(runs_dir, [run.path])
    assert not folder.path.exists()


def test_nothing_is_deleted_where_a_worker_is_at_work(runs_dir: Path) -> None:
    resting, busy = (make_suite(runs_dir, day, batch=ENDED, layer=UNDER_WAY) for day in (1, 2))
    before = list_runs(runs_dir)
    with busy.lock().acquire():
        message = refusal(runs_dir, resting.path, busy.run("batch").path)
    assert message == f"{busy.path}: is being trained; stop it before deleting its runs"
    assert list_runs(runs_dir) == before


def test_of_two_who_delete_at_once_each_is_obeyed_or_refused(runs_dir: Path) -> None:
    def kept_after_deleting(name: str) -> bool:
        try:
            delete_runs(runs_dir, [folder.run(name).path])
        except InputError:
            return True
        return False

    names = ("batch", "layer", "group")
    with ThreadPoolExecutor(2) as people:
        for day in range(10):
            folder = make_suite(runs_dir, day, batch=ENDED, layer=ENDED, group=ENDED)
            kept = [*people.map(kept_after_deleting, names[:2]), True]
            assert folder.config().names == tuple(compress(names, kept))
            assert [folder.run(name).path.exists() for name in names] == kept


def test_only_runs_and_suites_below_the_folder_are_deleted(runs_dir: Path, tmp_path: Path) -> None:
    folder = make_suite(runs_dir, batch=ENDED)
    elsewhere = make_suite(tmp_path / "elsewhere", batch=ENDED)
    (runs_dir / "foreign" / "batch").mkdir(parents=True)
    (folder.path / "notes").mkdir()
    (runs_dir / "linked").symlink_to(elsewhere.path)
    for path in (
        runs_dir,
        tmp_path,
        runs_dir / "foreign",
        runs_dir / "foreign" / "batch",
        runs_dir / "nowhere",
        runs_dir / "linked",
        runs_dir / "linked" / "batch",
        folder.path / "notes",
        folder.path / "suite.json",
        folder.path / "batch" / "events.jsonl",
        runs_dir / ".." / "elsewhere" / elsewhere.path.name / "batch",
    ):
        assert refusal(runs_dir, folder.path, path).startswith(f"{path}: must be the folder of a run")
    assert folder.run("batch").events.exists()
    assert elsewhere.run("batch").events.exists()
