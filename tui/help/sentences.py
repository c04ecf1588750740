"""What the help says: a few words on each place, and every action that can be taken there."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from tui.frame.action import Action, Place
from tui.frame.actions import actions

ABOUT: Final = {
    Place.CHART: "A plot: read every curve's value, point by point, and look closer; other plots beside it "
    "show the same part.",
    Place.START: "What to train: a preset, its norms, the settings. Beside them the network of the "
    "highlighted norm, layer by layer, and whether it keeps the limits.",
    Place.TRAIN: "The open suite: a card for each norm, progress of batch, epoch and suite, loss and "
    "accuracy as they come, and the log. Training goes on without the dashboard, too.",
    Place.COMPARE: "The compared runs side by side: every figure of the report, curves, classes, confusion "
    "matrix, and misclassified images.",
    Place.RUNS: "Every run below the runs folder as it stands now, the newest suite first. Marks and cursor "
    "stay on their runs when the list is sorted or filtered. The filter takes words of a row or a note, and "
    "conditions: norm, preset, data, state with a colon (norm:layer,group state:failed data:demo); seed, "
    "seeds (how many a network has), epochs (done), acc and best (percent), lr, batch, limit (of images "
    "to train on), time also with < <= > >= != (acc>80 lr>=0.01 epochs<20 limit:all time<2m).",
    Place.TRACKED: "Runs of other training loops as their files have them: how each stands, its newest "
    "values, a plot for each quantity, a page for each group of them, and what deserves a look. Runs "
    "recorded by core.tracking can be asked to pause and to stop.",
    Place.EVERYWHERE: "",
}
_WITH_PLOTS: Final = {Place.TRAIN, Place.COMPARE, Place.TRACKED}


@dataclass(frozen=True, slots=True)
class Group:
    """A place and its actions; those in `works` do something now."""

    place: Place
    works: frozenset[Action]

    @property
    def about(self) -> str:
        """What is to be seen there."""
        return ABOUT[self.place]

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every action, most wanted first."""
        return tuple(actions(self.place))


def groups(place: Place | None, working: Collection[str]) -> tuple[Group, ...]:
    """Return what can be done, nearest first: in the focused plot, on the screen of `place`, everywhere.

    Where there are plots and none is focused, they come behind the screen. `working` are the ids of the
    bindings that do something now.
    """
    near: list[Place | None]
    if any(id_.startswith("chart.") for id_ in working):
        near = [Place.CHART, place]
    else:
        near = [place, Place.CHART if place in _WITH_PLOTS else None]
    return tuple(
        Group(each, frozenset(action for action in actions(each) if action.binding_id in working))
        for each in (*near, Place.EVERYWHERE)
        if each is not None
    )
