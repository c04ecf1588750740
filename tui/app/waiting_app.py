"""An application in which suites wait for the end of those that train."""

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual import on

from core.errors import InputError
from tui.app.suite_app import SuiteApp
from tui.frame.messages import CancelWanted, TrainWanted

if TYPE_CHECKING:
    from core.supervisor.waiting import WaitingSuite, WaitingSuites


@runtime_checkable
class ShowsWaiting(Protocol):
    """A screen that tells how many suites wait."""

    def show_waiting(self) -> None:
        """Tell it anew."""


class WaitingApp(SuiteApp):
    """Begins a suite that waits as soon as nothing trains."""

    _queue: "WaitingSuites | None" = None

    @property
    def queue(self) -> "WaitingSuites":
        """The suites that wait; made when the first one does."""
        if self._queue is None:
            from core.supervisor.waiting import WaitingSuites  # noqa: PLC0415 - not on the way to the first frame

            self._queue = WaitingSuites(self.options.runs_dir)
        return self._queue

    @property
    def waiting(self) -> int:
        """How many suites wait until nothing trains any more."""
        return 0 if self._queue is None else len(self._queue.waiting)

    def wait_for_turn(self, wanted: TrainWanted) -> None:
        """Let what is wanted wait until nothing trains any more."""
        from core.supervisor.waiting import WaitingSuite  # noqa: PLC0415 - as above

        suite = WaitingSuite(wanted.suite, wanted.earlier)
        try:
            self.queue.add(suite)
        except InputError as error:
            self.refuse(error)
        else:
            self._waiting_changed(
                f"{suite.words} will begin when nothing trains any more; c on Start cancels"
            )

    @on(CancelWanted)
    def _cancel(self) -> None:
        if (dropped := self.queue.drop_last()) is not None:
            self._waiting_changed(f"{dropped.words}: will not begin")

    def _tick(self) -> None:
        super()._tick()
        if self.waiting and (first := self.queue.next(training=self.suites.training is not None)) is not None:
            self._begin(first)

    def _begin(self, first: "WaitingSuite") -> None:
        """Begin a suite that waited; whoever reads a suite's training screen or comparison keeps it."""
        opens = self.current_mode != "train"
        if opens and self.snapshot is not None and not self.compared and self.current_mode == "compare":
            self.compared = self.snapshot.state.runs
            self.compared_paths = (self.snapshot.folder.path,) * len(self.compared)
        try:
            if first.earlier is None:
                self.suites.train(first.suite, opens=opens)
            else:
                self.suites.resume(first.earlier, first.suite, opens=opens)
        except (InputError, OSError) as error:
            self.refuse(InputError(f"{first.words}, which waited, could not begin: {error}"))
        else:
            where = "2 shows them" if opens else "w on Start shows them"
            self._waiting_changed(f"{first.words} begin, which waited; {where}")

    def _waiting_changed(self, words: str) -> None:
        self.notify(words, markup=False)
        if isinstance(self.screen, ShowsWaiting):
            self.screen.show_waiting()
        self.refresh_bindings()
