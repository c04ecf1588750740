from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import RunFinished, RunStarted, RunStopped
from core.runs.unfinished import earlier_suite
from tests.runs.made_suites import write

BATCH = RunConfig(norm=Norm.BATCH, epochs=4, data="demo")
STUDY = Grid(BATCH, tuple(Norm), seeds=(0, 1)).runs()


def suite(runs_dir: Path, day: int, runs: tuple[RunConfig, ...] = STUDY) -> SuiteFolder:
    return create_suite(runs_dir, SuiteConfig(runs, "cifar-tui"), datetime(2026, 1, day, tzinfo=UTC))


def begun(config: RunConfig) -> RunStarted:
    return RunStarted(run="a", config=config, recipe=config.recipe, command="cifar-tui")


def test_the_newest_suite_of_the_same_runs_is_found_and_what_has_finished_counted(tmp_path: Path) -> None:
    suite(tmp_path, 1)
    newest = suite(tmp_path, 2)
    suite(tmp_path, 3, STUDY[1:])
    suite(tmp_path, 4, (*STUDY, replace(BATCH, seed=2)))
    suite(tmp_path, 5, tuple(replace(run, epochs=5) for run in STUDY))
    write(newest, "batch-seed-0", begun(STUDY[0]), RunFinished())
    write(newest, "layer-seed-0", begun(STUDY[1]), RunStopped(reason="asked to stop"))
    write(newest, "group-seed-0", begun(STUDY[2]))
    write(newest, "batch-seed-1", begun(STUDY[3]), RunFinished(), begun(STUDY[3]))
    found = earlier_suite(tmp_path, reversed(STUDY))
    assert found is not None
    assert (found.folder.path, found.finished, found.alive) == (newest.path, 1, False)
    assert not found.complete
    with newest.lock():
        trained = earlier_suite(tmp_path, STUDY)
    assert trained == replace(found, alive=True)


def test_a_suite_whose_runs_have_all_finished_is_complete(tmp_path: Path) -> None:
    folder = suite(tmp_path, 1)
    for name, config in zip(folder.config().names, STUDY, strict=True):
        write(folder, name, begun(config), RunFinished())
    found = earlier_suite(tmp_path, STUDY)
    assert found is not None
    assert found.complete


def test_a_folder_of_images_is_the_same_by_whatever_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    relative = (replace(BATCH, data="images"),)
    made = suite(Path("runs"), 1, relative)
    monkeypatch.chdir("runs")
    assert earlier_suite(Path(), relative) is None
    absolute = (replace(BATCH, data=str(tmp_path / "images")),)
    found = earlier_suite(Path(), absolute)
    assert found is not None
    assert found.folder.path.resolve() == (tmp_path / made.path).resolve()


def another_recipe(folder: SuiteFolder) -> None:
    recipe = replace(BATCH.recipe, momentum=0.123)
    write(folder, "batch-seed-0", replace(begun(BATCH), recipe=recipe), RunFinished())


def a_file_for_a_folder(folder: SuiteFolder) -> None:
    folder.run("batch-seed-0").path.write_text("")


def half_a_config(folder: SuiteFolder) -> None:
    folder.config_file.write_text(folder.config_file.read_text()[:99])


@pytest.mark.parametrize("change", [another_recipe, a_file_for_a_folder, half_a_config])
def test_one_that_was_trained_otherwise_or_cannot_be_read_is_another_suite(
    change: Callable[[SuiteFolder], None], tmp_path: Path
) -> None:
    older = suite(tmp_path, 1)
    change(suite(tmp_path, 2))
    found = earlier_suite(tmp_path, STUDY)
    assert found is not None
    assert found.folder == SuiteFolder(older.path)


def test_where_there_is_nothing_there_is_no_suite(tmp_path: Path) -> None:
    assert earlier_suite(tmp_path / "nowhere", STUDY) is None


def test_one_whose_recipe_is_edited_is_another_suite(tmp_path: Path) -> None:
    edited = tuple(run.having({"dropout": 0.1}) for run in STUDY)
    folder = suite(tmp_path, 1, edited)
    write(folder, "batch-seed-0", begun(edited[0]), RunFinished())
    assert earlier_suite(tmp_path, STUDY) is None
    found = earlier_suite(tmp_path, edited)
    assert found is not None
    assert found.finished == 1
