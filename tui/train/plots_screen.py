"""A screen with plots, and the keys that change how they are drawn."""

from collections.abc import Sequence

from tui.frame.screen import DashboardScreen
from tui.train.plots_panel import PlotsPanel


class PlotsScreen(DashboardScreen):
    """Hands the keys of the plots on to them."""

    @property
    def plots(self) -> PlotsPanel:
        """The plots."""
        return self.query_one(PlotsPanel)

    def can_change_plots(self, action: str, parameters: Sequence[object]) -> bool:
        """Return whether an action that not every plot has a use for does something now."""
        if action == "smooth":
            (by,) = parameters
            return self.plots.can_smooth(int(str(by)))
        return self.plots.has_log if action == "toggle_log" else self.plots.has_seeds

    def action_turn(self, by: int) -> None:
        """Plot other quantities."""
        self.plots.turn(by)
        self.refresh_bindings()

    def action_toggle_log(self) -> None:
        """Draw what can be on the other kind of axis."""
        self.plots.toggle_log()

    def action_toggle_axis(self) -> None:
        """Draw against time, or against epochs."""
        self.plots.toggle_axis()

    def action_smooth(self, by: int) -> None:
        """Smooth more or less."""
        self.plots.smooth(by)
        self.refresh_bindings()

    def action_toggle_seeds(self) -> None:
        """Draw every seed, or their means alone."""
        self.plots.toggle_seeds()
