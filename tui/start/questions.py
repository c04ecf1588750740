"""What the start screen asks before it trains runs that are trained, or were begun, already."""

from pathlib import Path

from core.config.suite_config import SuiteConfig
from core.runs.unfinished import EarlierSuite
from tui.dialogs.choice import Answer, ChoiceDialog
from tui.frame.host import Host
from tui.frame.messages import CompareWanted, OpenWanted, TrainWanted

_ANEW = Answer("t", "train", "train all anew, as another suite")


async def ask_first(
    host: Host, suite: SuiteConfig, earlier: EarlierSuite | None, live: Path | None
) -> TrainWanted | OpenWanted | CompareWanted | None:
    """Return what to do where `suite` is to be trained; None where nothing.

    The user is asked first where the suite `live` is training, and where `earlier` has the same runs.
    """
    live = earlier.folder.path if earlier is not None and earlier.alive else live
    answer: str | None = "train"
    if live is not None:
        answer = await host.ask(about_live(live))
    if answer == "watch" and live is not None:
        return OpenWanted(live)
    after = answer == "after"
    if answer in {"train", "after"} and earlier is not None and not earlier.alive:
        answer = await host.ask(about_earlier(earlier))
    match answer:
        case "train" | "after":
            return TrainWanted(suite, after=after)
        case "resume":
            return TrainWanted(suite, earlier, after=after)
        case "show" if earlier is not None:
            return CompareWanted((earlier.folder.path,))
    return None


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
