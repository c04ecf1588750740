"""The dashboard: carries out what the screens ask for, and gives them how the open suite stands."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual import on, work

from core.errors import InputError
from core.runs.commands import Command
from tui.app.modes import MODES
from tui.app.questions import about_retry, about_stop, about_waiting
from tui.app.waiting_app import WaitingApp
from tui.frame.messages import (
    CompareWanted,
    ExportWanted,
    LongerWanted,
    OpenWanted,
    OrderWanted,
    RetryWanted,
    TrainWanted,
)
from tui.frame.options import DashboardOptions, GoOn
from tui.text.file_words import place_words

if TYPE_CHECKING:
    from core.runs.run_state import RunState
    from core.supervisor.follower import Snapshot
    from core.supervisor.warm_worker import WarmWorker
    from tui.dialogs.choice import ChoiceDialog
    from tui.frame.host import Host

_EXPORTS: Final = "exports"
_WRITING_SECONDS: Final = 15.0  # a report with its pictures takes some ten


class Dashboard(WaitingApp):
    """The application; its screens are modes, made when they are first shown."""

    DEFAULT_MODE = "start"

    def __init__(self, options: DashboardOptions, *, warm: "WarmWorker | None" = None) -> None:
        super().__init__(options, warm=warm)
        self._stop_dialog: ChoiceDialog | None = None
        for name, screen in MODES.items():
            self.add_mode(name, screen)

    # -- life ------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Open what is to be shown first."""
        if (suite := self.options.attach) is not None:
            self.open_suite(suite)
            if (going_on := self.options.go_on) is not None:
                self._show(partial(self._go_on, suite, going_on))

    def suite_ended(self, snapshot: "Snapshot") -> None:
        """Open the comparison by itself where the user watched, and write the report that was asked for.

        Who has a dialog or the palette open meanwhile is not interrupted.
        """
        tested = any(run.tests for run in snapshot.state.runs)
        is_open = self.snapshot is not None and self.snapshot.folder == snapshot.folder
        if self._stop_dialog is not None and is_open:
            self._stop_dialog.answer(None)  # there is nothing left to stop
        if is_open and tested and self.current_mode == "train" and not self.screen.is_modal:
            self.compared = self.compared_paths = ()
            self.switch_mode("compare")
        elif not is_open or self.current_mode != "compare":
            self.notify(f"{snapshot.folder.name} has ended", markup=False)
        if not tested or not self.suites.started_here(snapshot):
            return
        if self.options.export is not None:
            self.export([snapshot.folder.path], self.options.export)
        if self.options.tensorboard is not None:
            self.export_numbers(snapshot.folder.path, self.options.tensorboard)

    def use_places(self, runs_dir: Path, export: Path | None) -> None:
        """Keep runs in `runs_dir` from now on, and write the report on each suite that ends to `export`."""
        if runs_dir != self.options.runs_dir:
            self.remove_mode("runs")  # it lists another folder when it is shown next
            self.add_mode("runs", MODES["runs"])
        self.options = replace(self.options, runs_dir=runs_dir, export=export)
        if self._suites is not None:
            self._suites.runs_dir = runs_dir

    # -- intents ---------------------------------------------------------------------------------------

    @on(TrainWanted)
    def _train(self, wanted: TrainWanted) -> None:
        if wanted.after:
            self.wait_for_turn(wanted)
        elif wanted.earlier is None:
            self._show(partial(self.suites.train, wanted.suite))
        else:
            self._show(partial(self.suites.resume, wanted.earlier, wanted.suite))

    @on(OpenWanted)
    def _open(self, wanted: OpenWanted) -> None:
        self.open_suite(wanted.suite)

    def open_suite(self, suite: Path) -> None:
        """Show the suite in the folder `suite`."""
        self._show(lambda: self.suites.open(suite))

    @on(RetryWanted)
    @work
    async def _retry(self, wanted: RetryWanted) -> None:
        from core.runs.folder import SuiteFolder  # noqa: PLC0415 - not on the way to the first frame

        answer = "scratch"
        if SuiteFolder(wanted.suite).run(wanted.run).checkpoint.is_file():
            answer = await self.ask(about_retry(wanted.run)) or ""
        if answer:
            fresh = answer == "scratch"
            self._show(lambda: self.suites.retry(wanted.suite, wanted.run, fresh=fresh))

    @on(LongerWanted)
    @work
    async def _train_longer(self, wanted: LongerWanted) -> None:
        from tui.dialogs.longer_dialog import LongerDialog  # noqa: PLC0415 - seldom shown

        epochs = await self.ask(LongerDialog(wanted.run, wanted.trained))
        if epochs is not None:
            self._show(partial(self.suites.train_longer, wanted.suite, (wanted.run,), epochs))

    def _show(self, opened: Callable[[], None]) -> None:
        """Show the suite that `opened` opens, or what is wrong with it."""
        try:
            opened()
        except (InputError, OSError) as error:
            self.refuse(error)
            return
        self.compared = self.compared_paths = ()
        self.show_open_suite()

    def _go_on(self, suite: Path, wanted: GoOn) -> None:
        if wanted.epochs is None:
            self.suites.go_on(suite, wanted.runs, fresh=wanted.fresh)
        else:
            self.suites.train_longer(suite, wanted.runs, wanted.epochs)

    @on(CompareWanted)
    @work
    async def _compare(self, wanted: CompareWanted) -> None:
        from core.runs.suite_state import states_in  # noqa: PLC0415 - not on the way to the first frame

        def read() -> "list[tuple[Path, RunState]]":
            return [(path, state) for path in wanted.runs for state in states_in(path)]

        try:
            found = await asyncio.to_thread(read)  # twenty milliseconds a suite
        except InputError as error:
            self.refuse(error)
        else:
            self.compared = tuple(state for _, state in found)
            self.compared_paths = tuple(path for path, _ in found)
            self.switch_mode("compare")

    @on(OrderWanted)
    def _order(self, wanted: OrderWanted) -> None:
        if self.snapshot is not None:
            self._ask_worker(self.snapshot, wanted.command, wanted.run)

    def _ask_worker(self, snapshot: "Snapshot", command: Command, run: str | None = None) -> None:
        try:
            self.suites.ask(snapshot.folder.path, command, run)
        except OSError as error:
            self.refuse(error)

    @on(ExportWanted)
    @work
    async def _ask_export(self, wanted: ExportWanted) -> None:
        from tui.dialogs.export_dialog import ExportDialog  # noqa: PLC0415 - seldom shown

        file = await self.ask(ExportDialog(self.options.export or Path("report.md")))
        if file is not None:
            self.export(list(wanted.paths), file)

    @work(group=_EXPORTS)
    async def export(self, paths: list[Path], file: Path) -> None:
        """Write the report on `paths` to `file`, and say so."""
        from tui.app.report_process import write_report  # noqa: PLC0415 - seldom used

        place = place_words(file)
        self.notify(f"writing {place} …", timeout=_WRITING_SECONDS, markup=False)
        try:
            await write_report(paths, file)
        except (InputError, OSError) as error:
            self.refuse(error)
        else:
            self.notify(f"written: {place}", timeout=10, markup=False)

    @work(group=_EXPORTS)
    async def export_numbers(self, suite: Path, logdir: Path) -> None:
        """Write the numbers of `suite` for TensorBoard into a folder of its own below `logdir`."""
        from tui.app.report_process import write_tensorboard  # noqa: PLC0415 - seldom used

        try:
            place = await write_tensorboard(suite, logdir)
        except (InputError, OSError) as error:
            self.refuse(error)
        else:
            self.notify(f"for TensorBoard: {place_words(place)}", timeout=10, markup=False)

    # -- actions ---------------------------------------------------------------------------------------

    @property
    def can_go(self) -> frozenset[str]:
        """The screens there is something to see on."""
        runs = () if self.snapshot is None else self.snapshot.state.runs
        can_compare = bool(self.compared) or any(run.tests for run in runs)
        possible = {"start": True, "train": bool(runs), "compare": can_compare, "runs": True}
        return frozenset(mode for mode, can in possible.items() if can)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action does something now."""
        if action == "go":
            (mode,) = parameters
            return not self.screen.is_modal and mode != self.current_mode and mode in self.can_go
        return super().check_action(action, parameters)

    def action_go(self, mode: str) -> None:
        """Show another screen."""
        self.switch_mode(mode)

    @work
    async def action_leave(self) -> None:
        """Leave; where a suite is training, ask what becomes of it, and say that what waits is given up."""
        training = self.suites.training if self.suites_loaded else None
        if training is not None:
            leaves = await self._ask_to_stop(training, leaving=True) is not None
        else:
            leaves = not self.waiting or await self.ask(about_waiting(self.waiting)) is not None
        if leaves:
            exports = [worker for worker in self.workers if worker.group == _EXPORTS]
            if exports:  # of none, Textual would wait for all, this one too
                await self.workers.wait_for_complete(exports)
            self.exit()

    async def ask_to_stop(self, training: "Snapshot") -> str | None:
        """Ask what becomes of a suite that is training, and see to it; None where all stays as it is."""
        return await self._ask_to_stop(training, leaving=False)

    async def _ask_to_stop(self, training: "Snapshot", *, leaving: bool) -> str | None:
        self._stop_dialog = about_stop(
            training,
            started_here=self.suites.started_here(training),
            waiting=self.waiting,
            leaving=leaving,
        )
        try:
            answer = await self.ask(self._stop_dialog)
        finally:
            self._stop_dialog = None
        command = {"stop": Command.STOP_AFTER_EPOCH, "now": Command.STOP_NOW}.get(answer or "")
        if command is not None:
            self._ask_worker(training, command)
        return answer


if TYPE_CHECKING:
    _HOST: type[Host] = Dashboard  # a subclass it cannot be: Textual's classes have a metaclass of their own
