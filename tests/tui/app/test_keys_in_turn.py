from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from tests.patience import PAUSE_SECONDS, Patience
from tui.app.keys_in_turn import KeysInTurn


class Vanishing(Widget, can_focus=True):
    """Goes away at its first key, with all that is still in its queue."""

    async def on_key(self) -> None:
        await self.remove()


class Heard(KeysInTurn):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def compose(self) -> ComposeResult:
        yield Vanishing()

    def on_key(self, event: events.Key) -> None:
        self.heard.append(event.key)


async def test_keys_are_heard_in_their_order_also_behind_one_that_goes_astray() -> None:
    app = Heard()
    async with app.run_test() as pilot:
        app.query_one(Vanishing).focus()
        await pilot.pause()
        for key in "xabc":
            app.post_message(events.Key(key, key))
        patience = Patience()
        while "c" not in app.heard and patience.lasts():
            await pilot.pause(PAUSE_SECONDS)
        assert "".join(app.heard).removeprefix("x") == "abc"
