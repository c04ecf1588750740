"""The line at the foot of every screen: the keys that do something now."""

from dataclasses import dataclass
from typing import Final

from textual.binding import ActiveBinding
from textual.content import Content
from textual.dom import DOMNode
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from tui.frame.action import key_words
from tui.frame.actions import ACTIONS

_GAP: Final = 2
_TOGETHER: Final = {
    **dict.fromkeys(("toggle_norm", "toggle_all"), "norms"),
    **dict.fromkeys(("sort", "reverse"), "sort"),
    "smooth": "smooth",
    "zoom": "zoom",
}
"""Actions, by their names, that are one entry, and what that is called: several keys for one matter."""

_ORDER: Final = {action.binding_id: place for place, action in enumerate(ACTIONS)}


class KeyBar(Static):
    """Shows as many of the active keys as fit, most wanted first; help and quit always.

    One that has no room leaves it to shorter ones.

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
            self.update(self._line(self.size.width), layout=False)

    def _line(self, width: int) -> Content:
        entries = self._entries()
        last = [entry for entry in entries if entry.keys[0][1].startswith(("app.leave", "app.show_help"))]
        room = width - sum(entry.width for entry in last)
        shown = []
        for entry in entries:
            if entry not in last and entry.width <= room:
                room -= entry.width
                shown.append(entry)
        return Content.assemble(*(entry.written for entry in [*shown, *last]))

    def _entries(self) -> list["_Entry"]:
        """Return what works now, each action once; keys of a group are one entry where several work."""
        if self.app.screen is not self.screen:
            return []  # a dialog above hears every key
        found: dict[str, _Entry] = {}
        for active in sorted(self.screen.active_bindings.values(), key=self._rank):
            binding = active.binding
            if binding.show and active.enabled and binding.description and not self._typed(binding.key):
                action = f"{self._namespace(active.node)}.{binding.action}"
                group = _TOGETHER.get(binding.action.partition("(")[0], "")
                entry = found.setdefault(group or action, _Entry([], binding.description, group))
                if all(action != other for _, other in entry.keys):
                    entry.keys.append((key_words(binding.key), action))
        return list(found.values())

    def _rank(self, active: ActiveBinding) -> tuple[int, int]:
        """Return how soon a key comes: nearest first, there in the order of the registry."""
        nearness = ("focused", "screen", "app").index(self._namespace(active.node))
        return nearness, _ORDER.get(active.binding.id or "", len(_ORDER))

    def _namespace(self, node: DOMNode) -> str:
        """Return what Textual calls `node` in a click's action."""
        return "app" if node is self.app else "screen" if node is self.screen else "focused"

    def _typed(self, key: str) -> bool:
        """Return whether the focused field takes `key` as text, so that no action receives it."""
        character = key_words(key)
        focused = self.screen.focused
        return focused is not None and len(character) == 1 and focused.check_consume_key(key, character)


@dataclass(frozen=True, slots=True)
class _Entry:
    """The keys of an action, or of a `group`, each with its action as a click has it, and what they do."""

    keys: list[tuple[str, str]]
    first_label: str
    group: str

    @property
    def label(self) -> str:
        return self.group if len(self.keys) > 1 else self.first_label

    @property
    def width(self) -> int:
        return sum(len(key) + 1 for key, _ in self.keys) + len(self.label) + _GAP

    @property
    def written(self) -> Content:
        keys = [
            Content.styled(key, f"bold $footer-key-foreground @click={action}") for key, action in self.keys
        ]
        label = Content.styled(self.label, f"$foreground 80% @click={self.keys[0][1]}")
        return Content.assemble(Content(" ").join([*keys, label]), " " * _GAP)
