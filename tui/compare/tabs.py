"""The panels' names in a line: which are shown, and a click for each."""

from collections.abc import Collection, Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static


class PanelTabs(Static):
    """Marks the current panel alone; those beside it are brighter. Textual's own tabs take three lines."""

    ALLOW_SELECT = False
    auto_links = reactive(default=False)  # names act on a click, but are no links to be underlined

    def show(self, titles: Sequence[str], current: int, visible: Collection[int]) -> None:
        """Show `titles`, of which those at `visible` are on the screen."""
        parts: list[Content | str] = []
        beside = visible if len(visible) < len(titles) else ()
        for position, title in enumerate(titles):
            if position == current:
                parts.append(Content.styled(f" {title} ", "bold reverse"))
            else:
                style = "$foreground" if position in beside else "$foreground 75%"
                words = Content.assemble(" ", (title, style), " ")
                parts.append(words.stylize(f"@click=screen.show_panel({position})"))
        self.update(Content.assemble(*parts))
