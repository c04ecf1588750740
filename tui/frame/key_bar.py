"""The line at the foot of every screen: the keys that do something now."""

from textual.content import Content
from textual.dom import DOMNode
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from tui.frame.action import key_words

_GAP = 2


class KeyBar(Static):
    """Shows as many of the active keys as fit, most wanted first; help and quit always.

    Textual's footer silently cuts keys off at its right edge; at 80 columns that would be half of ours.
    """

    ALLOW_SELECT = False
    auto_links = reactive(default=False)  # its words act on a click, but are no links to be underlined

    def on_mount(self) -> None:
        """Follow the screen's keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._keys_changed)

    def _keys_changed(self, _screen: Screen[object]) -> None:
        self.show_keys()

    def on_resize(self) -> None:
        """Fit the keys to the new width."""
        self.show_keys()

    def show_keys(self) -> None:
        """Redraw the line."""
        if self.size.width:
            self.update(self._line(self.size.width))

    def _line(self, width: int) -> Content:
        entries = self._entries()
        last = [entry for entry in entries if entry[2].startswith(("app.leave", "app.show_help"))]
        rest = [entry for entry in entries if entry not in last]
        room = width - sum(_width(entry) for entry in last)
        shown = []
        for entry in rest:
            if _width(entry) > room:
                break
            room -= _width(entry)
            shown.append(entry)
        return Content.assemble(*(_written(entry) for entry in [*shown, *last]))

    def _entries(self) -> list[tuple[str, str, str]]:
        """Return (key, label, action) of each action that works now, each once."""
        found: dict[str, tuple[str, str, str]] = {}
        if self.app.screen is not self.screen:
            return []  # a dialog above hears every key
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.description and not self._typed(binding.key):
                namespace = self._namespace(active.node)
                action = f"{namespace}.{binding.action}"
                found.setdefault(action, (key_words(binding.key), binding.description, action))
        return list(found.values())

    def _namespace(self, node: DOMNode) -> str:
        """Return what Textual calls `node` in a click's action."""
        return "app" if node is self.app else "screen" if node is self.screen else "focused"

    def _typed(self, key: str) -> bool:
        """Return whether the focused field takes `key` as text, so that no action receives it."""
        character = key_words(key)
        focused = self.screen.focused
        return focused is not None and len(character) == 1 and focused.check_consume_key(key, character)


def _width(entry: tuple[str, str, str]) -> int:
    return len(entry[0]) + 1 + len(entry[1]) + _GAP


def _written(entry: tuple[str, str, str]) -> Content:
    key, label, action = entry
    words = Content.assemble((key, "bold $footer-key-foreground"), " ", (label, "$foreground 80%"))
    return Content.assemble(words.stylize(f"@click={action}"), " " * _GAP)
