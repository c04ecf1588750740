from dataclasses import replace

from core.config.presets import Norm
from core.config.suite_config import SuiteConfig
from core.runs.run_state import RunState
from core.runs.suite_state import SuiteState
from tests.tui.charts.stepped_runs import stepped_run
from tui.text.narrator import Narrator, notices
from tui.text.outcome_signs import PAUSED_SIGN
from tui.text.suite_progress import study_progress, suite_bars
from tui.train.run_view import RunView

WHY = "its process is frozen"


def suite(run: RunState) -> SuiteState:
    assert run.config is not None
    return SuiteState(SuiteConfig((run.config,), "cifar-tui"), (run,))


def test_a_stalled_run_promises_no_rate_and_no_end() -> None:
    training = stepped_run(Norm.BATCH, 2, extra_steps=100)
    assert training.config is not None
    stalled = replace(training, stalled=WHY)
    awake, asleep = (RunView(run, training.config, queued=False) for run in (training, stalled))
    assert awake.state_words.startswith("training 3/")
    assert asleep.state_words.startswith("stalled 3/")
    assert asleep.sign == PAUSED_SIGN
    batch, epoch, total = suite_bars(suite(stalled), alive=True)
    assert batch.note == "stalled"
    assert (epoch.left, total.left) == (None, None)
    assert all(bar.left is not None for bar in suite_bars(suite(training), alive=True)[1:])
    assert study_progress(suite(stalled), alive=True) == "0 of 1 runs, stalled"


def test_every_stall_is_told_once_with_the_reason() -> None:
    run = stepped_run(Norm.BATCH, 1)
    narrator = Narrator(notices)
    first, second = (replace(run, stalled=WHY, updated_at=time) for time in (10.0, 20.0))
    told = [list(narrator.news([state])) for state in (run, first, first, run, second)]
    line = f"batch: stalled: {WHY}"
    assert [line in lines for lines in told] == [False, True, False, False, True]
