import asyncio
from collections.abc import Iterator
from typing import ClassVar

import pytest
from textual.app import ComposeResult
from textual.command import CommandList
from textual.css.query import NoMatches
from textual.screen import ModalScreen, Screen
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from tests.event_loop import until_idle
from tui.app.palette import Palette
from tui.app.sturdy_app import SturdyApp
from tui.dialogs.choice import Answer, ChoiceDialog


class _Dialog(ModalScreen[None]):
    def compose(self) -> Iterator[Button]:
        yield Button("close")

    def on_button_pressed(self) -> None:
        self.dismiss(None)


class _App(SturdyApp):
    def compose(self) -> ComposeResult:
        yield Button("below")


def test_a_dialog_that_is_asked_to_close_twice_leaves_what_is_below_it() -> None:
    async def close_twice() -> tuple[object, ...]:
        app = _App()
        async with app.run_test() as pilot:
            below, above = _Dialog(), _Dialog()
            await app.push_screen(below)
            await app.push_screen(above)
            button = above.query_one(Button)
            above.post_message(Button.Pressed(button))
            above.post_message(Button.Pressed(button))
            await pilot.pause()
            left = tuple(app.screen_stack[1:])
            await pilot.click(Button)
            return (left == (below,), len(app.screen_stack), app.faults)

    assert asyncio.run(close_twice()) == (True, 1, [])


def test_a_click_where_the_terminal_was_closes_the_palette() -> None:
    async def click() -> tuple[bool, bool, list[str]]:
        app = _App()
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("ctrl+p")
            await pilot.pause()
            palette = app.screen
            assert isinstance(palette, Palette)
            outside = palette.get_widget_at(500, 500)[0] is palette
            await pilot.click(offset=(99, 29))
            await pilot.pause()
            return outside, app.screen is palette, app.faults

    assert asyncio.run(click()) == (True, False, [])


class _Moded(_App):
    MODES: ClassVar = {"one": Screen, "two": Screen}
    DEFAULT_MODE = "one"


def test_what_is_open_above_a_mode_is_closed_when_another_is_shown() -> None:
    async def switch() -> tuple[object, ...]:
        app = _Moded()
        async with app.run_test() as pilot:
            answers: list[str | None] = []
            dialog = ChoiceDialog("Really?", (Answer("y", "yes", "yes"), Answer("n", "no", "no")))
            app.push_screen(dialog, answers.append)
            await app.push_screen(Palette())
            app.switch_mode("two")
            await pilot.pause()
            shown = app.current_mode, len(app.screen_stack)
            app.switch_mode("one")
            await pilot.pause()
            return shown, len(app.screen_stack), answers, app.faults

    assert asyncio.run(switch()) == (("two", 1), 1, [None], [])


def test_a_hidden_screen_that_breaks_is_made_anew() -> None:
    found: list[object] = []

    async def break_hidden() -> None:
        app = _Moded()
        async with app.run_test() as pilot:
            hidden = app.screen
            app.switch_mode("two")
            await pilot.pause()
            shown = app.screen
            hidden.call_later(hidden.query_one, Static)
            await until_idle()
            found.append(app.is_running and app.screen is shown)
            app.switch_mode("one")
            await pilot.pause()
            found.extend([app.screen is not hidden, len(app.faults)])

    with pytest.raises(NoMatches):  # the pilot's, which looks at every fault
        asyncio.run(break_hidden())
    assert found == [True, True, 1]


class _Late(ModalScreen[None]):
    """Breaks when it is closed already."""

    def compose(self) -> Iterator[Button]:
        yield Button("late")

    def on_button_pressed(self) -> None:
        self.dismiss(None)
        self.query_one(Button).call_later(self._break)
        self.run_worker(self._work(), exit_on_error=True)

    def _break(self) -> None:
        raise NoMatches("its parts are gone")

    async def _work(self) -> None:
        await asyncio.sleep(0)
        raise NoMatches("its parts are gone")


def test_what_breaks_in_a_screen_that_was_closed_breaks_nothing_else() -> None:
    async def close() -> tuple[object, ...]:
        app = _App()
        async with app.run_test() as pilot:
            await app.push_screen(_Late())
            await pilot.click(Button)
            await pilot.pause()
            await pilot.pause()
            return app.is_running, len(app.screen_stack), app.faults

    assert asyncio.run(close()) == (True, 1, [])


def test_the_palette_pages_through_a_list_that_was_not_drawn_yet() -> None:
    async def page() -> tuple[object, ...]:
        app = _App()
        async with app.run_test() as pilot:
            await pilot.press("ctrl+p")
            await pilot.pause()
            commands = app.screen.query_one(CommandList)
            commands.clear_options()
            commands.styles.width = 0  # as before its first layout
            await pilot.pause()
            commands.add_option(Option("made just now"))
            commands.set_reactive(OptionList.highlighted, 0)
            await app.screen.run_action("command_list('page_up')")
            return isinstance(app.screen, Palette), app.faults

    assert asyncio.run(page()) == (True, [])


def test_a_key_that_is_here_before_a_dialog_has_its_parts_moves_its_mark() -> None:
    async def move() -> tuple[object, ...]:
        app = _App()
        async with app.run_test() as pilot:
            dialog = ChoiceDialog("Really?", (Answer("y", "yes", "yes"), Answer("n", "no", "no")))
            answers: list[str | None] = []
            app.push_screen(dialog, answers.append)
            await dialog.run_action("move(1)")
            await pilot.press("enter")
            return answers, app.faults

    assert asyncio.run(move()) == (["no"], [])


def test_what_breaks_while_the_application_ends_does_not_change_how_it_ends() -> None:
    async def end() -> tuple[object, ...]:
        app = _App()
        async with app.run_test():
            dialog = _Late()
            await app.push_screen(dialog)
            app.exit(None, 0)
            dialog.query_one(Button).call_later(dialog.query_one, Static)
            await asyncio.sleep(0.1)
        return app.return_code, app.faults

    assert asyncio.run(end()) == (0, [])
