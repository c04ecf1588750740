import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.config.settings import Switch
from core.config.suite_config import SuiteConfig
from core.errors import InputError
from core.runs.folder import SuiteFolder, create_suite
from tests.runs.made_suites import CONFIG, SUITE, made_suite
from tests.untouched import untouched

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "noted"),
    [
        ("auto", "auto"),
        ("demo", "demo"),
        ("images", "{here}/images"),
        ("./demo", "{here}/demo"),
        ("~/images", "{home}/images"),
    ],
)
def test_a_folder_of_images_is_noted_in_full(
    given: str, noted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(tmp_path)
    suite = SuiteConfig((replace(CONFIG, data=given),), "cifar-tui")
    (run,) = create_suite(Path("runs"), suite, NOW).config().runs
    assert run.data == noted.format(here=tmp_path, home=home)


def test_a_suite_is_the_same_one_to_who_made_it_and_to_who_opens_it(tmp_path: Path) -> None:
    made = create_suite(tmp_path / "runs", SUITE, NOW)
    assert made.made == (tmp_path / "runs",)
    assert made == SuiteFolder(made.path)
    assert len({made, SuiteFolder(made.path)}) == 1


def test_a_worker_is_at_work_while_it_holds_the_lock_and_lookers_take_nothing(tmp_path: Path) -> None:
    folder = made_suite(tmp_path)
    assert not folder.alive()
    with folder.lock().acquire(timeout=0):
        lock = folder.path / "lock"
        lock.chmod(0o444)  # a look needs no leave to write
        before = untouched(lock)
        assert folder.alive()
        assert folder.alive()
        assert untouched(lock) == before
    assert not folder.alive()


def test_a_suite_of_an_older_version_has_no_flip_averages(tmp_path: Path) -> None:
    averaged = replace(SUITE, runs=tuple(replace(run, flip_average=Switch.ON) for run in SUITE.runs))
    folder = create_suite(tmp_path, averaged, NOW)
    assert folder.config() == averaged
    file = folder.path / "suite.json"
    content = json.loads(file.read_text())
    for run in content["runs"]:
        del run["flip_average"]
    file.write_text(json.dumps(content))
    assert folder.config() == SUITE


def test_a_suite_says_how_many_train_at_once_and_an_older_one_leaves_it_to_the_device(tmp_path: Path) -> None:
    folder = create_suite(tmp_path, replace(SUITE, parallel=2), NOW)
    assert folder.config().parallel == 2
    file = folder.path / "suite.json"
    content = json.loads(file.read_text())
    del content["parallel"]  # as it was before there was the choice
    file.write_text(json.dumps(content))
    assert folder.config() == replace(SUITE, parallel=None)
    file.write_text(json.dumps(content | {"parallel": 0}))
    with pytest.raises(InputError, match="cannot be read as a suite"):
        folder.config()


def test_what_is_edited_of_a_recipe_stands_in_the_suite_and_in_its_name(tmp_path: Path) -> None:
    edited = replace(
        SUITE, runs=tuple(run.having({"dropout": 0.1, "flip": Switch.OFF}) for run in SUITE.runs)
    )
    folder = create_suite(tmp_path, edited, NOW)
    assert folder.config() == edited
    assert folder.name.endswith("-edited")
    plain = create_suite(tmp_path, SUITE, NOW)
    assert "edits" not in plain.config_file.read_text()  # so that older versions read it as it is
    assert not plain.name.endswith("-edited")
    file = folder.config_file
    file.write_text(file.read_text().replace("0.1", "2"))
    with pytest.raises(InputError, match="cannot be read as a suite"):
        folder.config()
