"""What the dashboard asks about suites that train, and runs that did."""

from typing import TYPE_CHECKING, Final

from tui.dialogs.choice import Answer, ChoiceDialog

if TYPE_CHECKING:
    from core.supervisor.follower import Snapshot

_RETRY: Final = (
    Answer("g", "go-on", "go on from its checkpoint"),
    Answer("s", "scratch", "train it from scratch"),
)
_STOP: Final = (
    Answer("s", "stop", "stop after this epoch and save"),
    Answer("n", "now", "stop now and save; it can go on from here"),
    Answer("l", "leave", "leave it running; cifar-tui attach shows it again"),
)
_GIVEN_UP: Final = "who quits gives that up."
_COMES_NEXT: Final = "that begins when nothing trains any more, unless you leave."


def about_retry(run: str) -> ChoiceDialog:
    """Ask how a run that has a checkpoint is to be trained again."""
    return ChoiceDialog(f"{run} has a checkpoint. How should it train?", _RETRY)


def about_stop(
    training: "Snapshot", *, started_here: bool, waiting: int = 0, leaving: bool = False
) -> ChoiceDialog:
    """Ask what becomes of a suite that trains; to leave it is proposed where another terminal started it.

    So many suites are `waiting` for its end: who is `leaving` gives them up.
    """
    answers = [answer for answer in _STOP if not (training.state.stopping and answer.name == "stop")]
    question = f"{training.folder.name} is training. What should happen to it?"
    if waiting:
        question += f"\n{_counted(waiting)} behind it: {_GIVEN_UP if leaving else _COMES_NEXT}"
    # whoever only watches did not come to end it
    proposed = "stop" if started_here else "leave"
    at = next((at for at, answer in enumerate(answers) if answer.name == proposed), 0)
    return ChoiceDialog(question, tuple(answers), at=at)


def about_waiting(waiting: int) -> ChoiceDialog:
    """Ask whether to leave although suites wait, which nobody begins then; enter alone stays."""
    answers = (Answer("y", "quit", "quit all the same"),)
    return ChoiceDialog(f"{_counted(waiting)} to be trained: {_GIVEN_UP}", answers, at=len(answers))


def _counted(waiting: int) -> str:
    return "1 suite waits" if waiting == 1 else f"{waiting} suites wait"
