"""Keys that take turns: each is done with before the next is given to anybody."""

from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.app import App
from textual.dom import DOMNode
from textual.events import Event, Key, Paste

if TYPE_CHECKING:
    from textual.timer import Timer

_LONGEST_SECONDS: Final = 1.0  # for a key whose way up was cut off, as by a screen that went away


class KeysInTurn(App[None], inherit_bindings=False):
    """Holds a key back until the one before it has gone all its way.

    Textual gives a key to the widget with the focus, and acts on it where that has no use for it, when it has
    come up through every widget around it: keys that follow fast have meanwhile gone to where the focus was,
    and a character acts before an editing key that was pressed before it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._held_back: deque[Key | Paste] = deque()
        self._turn: object | None = None
        self._turn_timer: Timer | None = None

    async def on_event(self, event: Event) -> None:
        """Take a key, or what was pasted, in its turn, and everything else at once."""
        if not isinstance(event, Key | Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._turn is not None or self._held_back:
            self._held_back.append(event)
        else:
            await self._give(event)

    async def _give(self, event: Key | Paste) -> None:
        turn = self._turn = object()
        way = (self.focused or self.screen).ancestors_with_self
        try:
            await super().on_event(event)
        finally:
            if event.is_forwarded:
                self._turn_timer = self.set_timer(_LONGEST_SECONDS, partial(self._end, turn))
                self._follow(turn, way)
            else:
                self._end(turn)

    def _follow(self, turn: object, way: Sequence[DOMNode]) -> None:
        """Go the way of the key, behind it in every queue that it stands in."""
        for at, node in enumerate(way):
            if node.call_later(self._follow, turn, way[at + 1 :]):
                return
        self._end(turn)

    def _end(self, turn: object) -> None:
        if turn is not self._turn:
            return
        self._turn = None
        if self._turn_timer is not None:
            self._turn_timer.stop()
            self._turn_timer = None
        if self._held_back:
            self.call_later(self._next)

    async def _next(self) -> None:
        if self._turn is None and self._held_back:
            await self._give(self._held_back.popleft())
