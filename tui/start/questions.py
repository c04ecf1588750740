"""What the start screen asks before it trains runs that are trained, or were begun, already."""

from pathlib import Path

from core.runs.unfinished import EarlierSuite
from tui.dialogs.choice import Answer, ChoiceDialog

_ANEW = Answer("t", "train", "train all anew, as another suite")


def about_live(live: Path) -> ChoiceDialog:
    """Ask what to do beside the suite `live`, which is training."""
    answers = (
        Answer("w", "watch", "watch it"),
        Answer("a", "after", "train this after it, when nothing trains"),
        Answer("t", "train", "train this beside it; both will take longer"),
    )
    return ChoiceDialog(f"{live.name} is training already.", answers)


def about_earlier(earlier: EarlierSuite) -> ChoiceDialog:
    """Ask whether to go on with a suite of the same runs, or to show it where all of them have finished."""
    name, runs = earlier.folder.name, len(earlier.config.runs)
    these = "this run" if runs == 1 else f"these {runs:,} runs"
    if earlier.complete:
        show = Answer("s", "show", "show what came of it")
        return ChoiceDialog(f"{name} has trained {these} already.", (show, _ANEW))
    resume = Answer("g", "resume", "go on with it: train what is left")
    reached = f"finished {earlier.finished:,} of {these}" if runs > 1 else f"begun {these} already"
    return ChoiceDialog(f"{name} has {reached}.", (resume, _ANEW))
