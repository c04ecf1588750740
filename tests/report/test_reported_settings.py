import json
from dataclasses import replace

from core.config.presets import Norm
from core.config.run_config import Rates, RunConfig
from core.config.settings import Switch
from core.report.markdown import markdown_report
from core.report.tables import json_report
from core.results.labelled_runs import label_runs
from core.runs.life_events import RunStarted
from core.runs.run_state import RunState
from tests.report.example_runs import RECIPE, config, state


def _begun(run: RunConfig) -> RunState:
    return state([RunStarted(run=str(run.norm), config=run, recipe=RECIPE, command="cifar-tui")], run.norm)


PLAIN = _begun(config(Norm.BATCH))
AVERAGED = _begun(replace(config(Norm.GROUP), flip_average=Switch.ON))


def _configs(*states: RunState) -> list[dict[str, object]]:
    return [run["config"] for run in json.loads(json_report(label_runs(states)))["runs"]]


def test_a_report_is_silent_on_flip_averages_where_no_run_has_them() -> None:
    assert "flip_average" not in _configs(PLAIN)[0]
    assert "flip average" not in markdown_report(label_runs([PLAIN]), "files")


def test_where_one_run_has_them_every_run_says_whether_it_does() -> None:
    assert [told["flip_average"] for told in _configs(PLAIN, AVERAGED)] == ["off", "on"]
    text = markdown_report(label_runs([PLAIN, AVERAGED]), "files")
    assert "| flip average | off (batch)<br>on (group) |" in text


def test_everything_else_is_told_either_way() -> None:
    plain, averaged = _configs(PLAIN)[0], _configs(AVERAGED)[0]
    assert averaged == plain | {"norm": "group", "flip_average": "on"}


def test_a_schedule_is_told_of_every_run_where_one_has_not_the_preset_s() -> None:
    constant = _begun(replace(config(Norm.GROUP), schedule=Rates.CONSTANT))
    assert "schedule" not in _configs(PLAIN, AVERAGED)[0]
    assert [told["schedule"] for told in _configs(PLAIN, constant)] == ["preset", "constant"]
