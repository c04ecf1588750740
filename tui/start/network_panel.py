"""The network of the highlighted variant, where it is known before it is built."""

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from core.config.network_shape import NetworkShape
from core.results.planned_model import planned_summary
from tui.start.choice import Choice
from tui.start.summary_table import SummaryTable, totals


class NetworkPanel(Vertical):
    """Shows the network's layers and sizes; of one of the user's own, why there are none yet."""

    def __init__(self) -> None:
        super().__init__(id="network", classes="frame")

    def compose(self) -> ComposeResult:
        """Put the sizes below the layers."""
        with VerticalScroll(id="layers", can_focus=False):
            yield SummaryTable()
        yield Static(id="totals")

    def show(self, choice: Choice, classes: int) -> None:
        """Show the network that is chosen, for so many classes."""
        norm, table, sizes = (
            choice.highlighted,
            self.query_one(SummaryTable),
            self.query_one("#totals", Static),
        )
        if choice.network is None:
            self.border_title = f"The network with {norm} norm, {choice.preset}"
            model = planned_summary(norm, choice.recipe, NetworkShape(classes, choice.sides[0]))
            table.show(model)
            sizes.update(totals(model))
        else:
            self.border_title = f"{choice.network}, with {norm} norm"
            table.show_unknown()
            sizes.update("")
