"""`--model`: the page's example in the real program, and what is said of whose network it is."""

import json
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.config.grid import Grid
from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.errors import InputError
from core.report.markdown import markdown_report
from core.report.presentable import Standpoint, presentable
from core.report.tables import json_report
from core.results.comparison import run_figures
from core.results.labelled_runs import label_runs
from core.results.measured_presets import measured
from core.runs.folder import SuiteFolder, create_suite
from core.runs.index import list_runs
from core.runs.suite_state import states_in
from core.supervisor.waiting import WaitingSuite
from core.supervisor.worker_process import WorkerProcess
from tests.command.programs import refused, run
from tests.documents import ROOT
from tests.documents.pages import arguments, commands, page
from tests.report.example_runs import config, finished_events, state
from tests.tui.runs.runs_app import text_of
from tui.app.dashboard import Dashboard
from tui.command.flags import run_grid
from tui.command.parsers import train_parser
from tui.frame.options import DashboardOptions
from tui.start.screen import StartScreen

EXAMPLE = ROOT / "assets" / "examples" / "dilated.py"
PAGE = page("your-network")
FLAGS = shlex.split(
    "--headless --demo --norm layer --limit-train 32 --limit-test 20 --batch-size 16 --epochs 1"
)
OWN = config(Norm.BATCH).having({"model": "/home/me/nets/net.py:net", "model_digest": "0" * 64})


def test_the_page_has_the_example_as_it_is() -> None:
    assert f"```python\n{EXAMPLE.read_text(encoding='utf-8')}```" in PAGE


@pytest.mark.parametrize("command", commands("your-network"))
def test_every_command_of_the_page_is_understood(command: str) -> None:
    runs = run_grid(train_parser().parse_args(arguments(command))).runs()
    assert {run.network for run in runs} == {"net of dilated.py"}


def test_the_example_trains_and_every_report_says_whose_network_it_is(tmp_path: Path) -> None:
    place = tmp_path / "Ñetz werk"
    place.mkdir()
    shutil.copy(EXAMPLE, place / "dilated.py")
    done = run(*FLAGS, "--model", "Ñetz werk/dilated.py:net", "--export", "report.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "layer: net of dilated.py, recipe of tuned\n" in done.stderr
    assert "Total params: 164,682" in done.stderr
    (told,) = json.loads((tmp_path / "report.json").read_text())["runs"]
    assert told["config"]["model"] == "Ñetz werk/dilated.py:net"
    assert told["model"]["size"]["parameters"] == 164_682
    assert "not all of CIFAR-10" in str(told["comparison"]["verdict"])
    assert [row["receptive_field"] for row in told["model"]["rows"]][-1] == 75
    (suite,) = (tmp_path / "runs").iterdir()
    assert suite.name.endswith("-net-of-dilated.py")
    assert SuiteFolder(suite).config().runs[0].model == f"{place}/dilated.py:net"
    (row,) = list_runs(tmp_path / "runs")
    assert (row.network, row.preset) == ("net of dilated.py", Preset.TUNED)
    report = markdown_report(label_runs(states_in(suite)), "files")
    assert report.startswith(
        "# demo shapes (procedural): layer normalization, net of dilated.py, recipe of `tuned`\n"
    )
    assert "A network (net of dilated.py, recipe of `tuned`, 164,682 parameters) was trained" in report
    assert "| dropout | the network's affair |" in report
    # finished is finished; but a file that was changed makes another suite
    again = run(*FLAGS, "--model", "Ñetz werk/dilated.py:net", cwd=tmp_path)
    assert "the run is finished, nothing is trained" in again.stderr
    (place / "dilated.py").write_text("net = 3\n")
    changed = run(*FLAGS, "--model", "Ñetz werk/dilated.py:net", cwd=tmp_path)
    assert changed.returncode == 2
    assert changed.stderr.splitlines()[-1] == (
        f"cifar-tui: --model {place}/dilated.py:net: has no function net; must be one of: none"
    )
    assert len(list((tmp_path / "runs").iterdir())) == 1  # nothing is left of it


def test_a_suite_does_not_go_on_with_a_file_that_has_changed(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("net = 1")
    runs = (RunConfig(norm=Norm.BATCH, data="demo", model=f"{tmp_path}/net.py:net"),)
    folder = create_suite(tmp_path / "runs", SuiteConfig(runs, "cifar-tui"), datetime(2026, 1, 1, tzinfo=UTC))
    (tmp_path / "net.py").write_text("net = 2")
    with pytest.raises(InputError, match="has changed since the suite was made"):
        WorkerProcess.start(folder)
    assert run("resume", folder.name, cwd=tmp_path).returncode == 2
    assert not folder.log.exists()


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ("--model net.py", "--model net.py: must be a Python file and a function in it, such as net.py:net"),
        ("--model net.py:a-b", "--model net.py:a-b: must be a Python file and a function"),
        ("--model none.py:net", "none.py:net: the file cannot be read (No such file or directory); must be"),
        ("--model ~nobody-here/n.py:net", "--model ~nobody-here/n.py:net: there is no such user; give"),
        ("--sweep model=a.py:net", "the runs of a suite have the same network; give --model once for each"),
        ("--model n.py:net --set dropout=0.1", "dropout 0.1: must be 0 with --model, whose network drops by"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(flags: str, told: str, tmp_path: Path) -> None:
    done = refused("--headless", "--demo", *shlex.split(flags), cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_takes_a_presets_recipe_and_not_its_network_nor_its_figures() -> None:
    fast = OWN.having({"preset": Preset.FAST, "groups": 16})
    assert (fast.recipe.skeleton, fast.recipe.groups) == (None, 16)
    assert OWN.recipe.dropout == 0.0
    assert measured(RunConfig(norm=Norm.BATCH)) is not None
    assert measured(RunConfig(norm=Norm.BATCH, model="net.py:net")) is None
    grid = Grid(OWN, (Norm.BATCH,), (Preset.TUNED, Preset.FAST))
    assert run_grid(train_parser().parse_args(shlex.split(grid.command_line())[1:])).base.model == OWN.model
    assert WaitingSuite(SuiteConfig(grid.runs(), "")).words == "2 runs of net of net.py"


def test_it_is_told_from_the_presets_network_and_no_folder_of_home_is() -> None:
    states = [state(finished_events(one), one.norm) for one in (config(Norm.BATCH), OWN)]
    home = Standpoint(Path("/home/me"), Path("/elsewhere"))
    preset, own = runs = label_runs(presentable(states, home))
    assert (preset.label, own.label) == ("batch, model the preset's", "batch, model net of net.py")
    assert preset.style != own.style
    assert run_figures(preset).published is not None
    assert run_figures(own).published is None
    first, second = json.loads(json_report(runs))["runs"]
    assert (first["config"]["model"], second["config"]["model"]) == (None, "~/nets/net.py:net")
    assert "the preset's network and net of net.py, recipe of `reference`" in markdown_report(runs, "files")


async def test_start_says_that_the_network_is_not_known_yet(tmp_path: Path) -> None:
    grid = Grid(RunConfig(norm=Norm.BATCH, data="demo", model="/n/net.py:net"), tuple(Norm))
    app = Dashboard(DashboardOptions(grid=grid, runs_dir=tmp_path / "runs"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, StartScreen)
        shown = text_of(app)
        assert "net of net.py, with batch norm" in shown
        assert "A network of your own: its file" in shown
        assert "· 50,000 parameters: once built" in shown
        assert "41,992" not in shown
