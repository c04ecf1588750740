"""A line of text to type in, where no key overtakes another."""

from textual import events
from textual.widgets import Input


class TextField(Input):
    """Textual's input, whose editing keys act in the order in which all were pressed.

    Textual inserts a character at once, but lets an editing key first go all the way up to the application:
    of keys that come fast, those behind it act before it.
    """

    async def _on_key(self, event: events.Key) -> None:
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
        await super()._on_key(event)
