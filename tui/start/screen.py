"""Choosing what to train: a preset, norms, settings; what that makes is shown beside it."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from core.config.devices import Device
from core.config.network_shape import CIFAR10_SHAPE
from core.config.presets import Norm, Preset
from core.config.suite_config import SuiteConfig
from core.dataset.availability import SourceFound, look_for
from core.errors import InputError
from core.runs.index import live_suites
from core.runs.unfinished import EarlierSuite, earlier_suite
from tui.frame.action import Place
from tui.frame.actions import bindings
from tui.frame.background import FewQuestions
from tui.frame.messages import CancelWanted, OpenWanted
from tui.frame.screen import DashboardScreen
from tui.start.checks import check_data, check_device, check_model, checked_places, device_words
from tui.start.choice import Choice
from tui.start.expected import Past, expected
from tui.start.lines import FoundLines, LiveLine
from tui.start.network_panel import NetworkPanel
from tui.start.questions import ask_first
from tui.start.recipe_words import recipe_words
from tui.start.samples_panel import SamplesPanel
from tui.start.settings_form import FIELD, RECIPE_FIELD, SettingsForm
from tui.start.variant_list import VariantList

if TYPE_CHECKING:
    from pathlib import Path

    from core.runs.handshake import DevicesFound

_LOOK_SECONDS = 2.0
_OF_THE_IMAGES = frozenset({"data", "test_split", "holdout"})
_EDITS = frozenset({"edit", "edit_recipe"})


class StartScreen(DashboardScreen):
    """The first screen."""

    MODE = "start"
    CSS_PATH = "start.tcss"
    AUTO_FOCUS = "VariantList"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.START)

    def __init__(self) -> None:
        super().__init__()
        options = self.host.options
        places = {"runs_dir": str(options.runs_dir), "export": str(options.export or "")}
        self._choice = Choice.of(options.grid, options.suite, places)
        self._live: Path | None = None
        self._waiting = 0
        self._source: SourceFound | None = None
        self._class_count = CIFAR10_SHAPE.classes  # of the images found last
        self._past = Past()
        self._looking = False
        self._looks = FewQuestions()

    def body(self) -> ComposeResult:
        """Put the choice at the left and the network at the right."""
        yield LiveLine()
        with Horizontal(id="start"):
            with Vertical(id="choice"):
                yield VariantList()
                yield SettingsForm(self._choice)
                yield FoundLines()
                yield Static(id="recipe", classes="frame")
            yield NetworkPanel()
            yield SamplesPanel()

    def on_mount(self) -> None:
        """Show the choice, then look for what is there, without holding up the first frame."""
        self.query_one("#variants").border_title = "What to train"
        self.query_one("#settings").border_title = "Settings"
        self.query_one("#recipe").border_title = "Recipe"
        self._show_choice()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._look_around()
        self.set_interval(_LOOK_SECONDS, self._look_around)

    def on_screen_resume(self) -> None:
        """Look again at what changed meanwhile."""
        self._past.forget()
        self.call_after_refresh(self._look_around)

    def _look_around(self) -> None:
        """See what is training already, and keep a worker warm where nothing is."""
        if not self.is_current or self.host.current_mode != self.MODE:
            return
        live = next(live_suites(self.host.options.runs_dir), None)
        self._show_live(live)
        if live is None and self.host.suites.training is None:
            self.host.suites.warm_up()
        else:
            self.host.suites.close()  # whoever trains needs the memory and the cores
        if not self._looking:
            self._look_for_data()
        self._show_found()

    # -- what is shown -----------------------------------------------------------------------------------

    def _choose(self, choice: Choice) -> None:
        self._choice = choice
        self._show_choice()

    def _show_choice(self) -> None:
        choice = self._choice
        recipe = choice.recipe
        self.query_one(SettingsForm).show(choice)
        self.query_one(NetworkPanel).show(choice, self._class_count)
        words = recipe_words(recipe, choice.highlighted, own_network=choice.network is not None)
        lines = [Content.assemble((f"{name:<14}", "$foreground 60%"), value) for name, value in words]
        self.query_one("#recipe", Static).update(Content("\n").join(lines))
        self._show_found()
        self.refresh_bindings()

    def _show_found(self) -> None:
        awaited = expected(self._choice, self._source, self._past.speed)
        self.query_one(VariantList).show(self._choice, awaited, self._class_count, cifar10=self._cifar10)
        found = "looking for the images …" if self._source is None else self._source.text
        device = device_words(self._choice.text("device").strip() or Device.AUTO, self._devices)
        self.query_one(FoundLines).show(self._choice.mistakes.values(), f"{found}\n{device}")
        data = self._choice.text("data").strip()
        self.query_one(SamplesPanel).follow(data, self._choice.image_options, self._source)

    @property
    def _devices(self) -> "DevicesFound | None":
        return self.host.suites.devices if self.host.suites_loaded else None

    @work(exclusive=True, group="looking")
    async def _look_for_data(self) -> None:
        """Look for the images that are chosen; what is found for others, chosen before, counts no more."""
        self._looking = True
        choice = self._choice
        source = await self._looks.ask(look_for, choice.text("data").strip(), choice.image_options)
        faster = await self._past.look(self.host.options.runs_dir, self._devices)
        self._looking = False
        if faster or source != self._source:
            self._source = source
            self._take_classes(source)
            self._show_found()

    def _take_classes(self, source: SourceFound) -> None:
        """Show the network for as many classes as the images have."""
        classes = source.classes or CIFAR10_SHAPE.classes
        if source.usable and classes != self._class_count:
            self._class_count = classes
            self.query_one(NetworkPanel).show(self._choice, classes)

    @property
    def _cifar10(self) -> bool:
        """Tell whether limits are judged: for what may be CIFAR-10, and for the demo set, to show them."""
        source, data = self._source, self._choice.text("data").strip()
        return source is None or not source.usable or source.cifar10 or data == "demo"

    def show_waiting(self) -> None:
        """Tell anew how many suites wait."""
        self._show_live(self._live)

    def _show_live(self, suite: "Path | None") -> None:
        waiting = self.host.waiting
        if (suite, waiting) == (self._live, self._waiting):
            return
        self._live, self._waiting = suite, waiting
        self.query_one(LiveLine).show(suite, waiting)
        self.refresh_bindings()

    # -- actions -----------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action does something now."""
        del parameters
        in_form = self._in_form
        match action:
            case "watch_live":
                return self._live is not None
            case "cancel_waiting":
                return self._waiting > 0
            case "train":
                return not in_form and bool(self._choice.norms) and not self._choice.mistakes
            case "reset_recipe":
                return not in_form and bool(self._choice.edited)
        return {"leave_form": in_form, "next_field": in_form}.get(action, not in_form or action not in _EDITS)

    @property
    def _in_form(self) -> bool:
        return self.focused is not None and self.focused.has_class("field")

    @on(SettingsForm.Edited)
    def _edited(self, event: SettingsForm.Edited) -> None:
        if event.text == self._choice.text(event.field):
            return
        self._choose(self._choice.with_text(event.field, event.text))
        if event.field in _OF_THE_IMAGES:
            self._source = None
            self._look_for_data()

    @work(exclusive=True, group="training")  # however often the key is pressed while it is checked
    async def action_train(self) -> None:
        """Train what is chosen."""
        self._choose(self._choice.with_texts(await self.query_one(SettingsForm).texts()))
        try:
            suite = self._choice.suite()
            await check_data(suite)
            await check_model(suite)
            await check_device(suite, self.host.suites)
            await self._take_places()
            earlier = await asyncio.to_thread(self._earlier, suite)
        except InputError as error:
            self.host.refuse(error)
            return
        if (message := await ask_first(self.host, suite, earlier, self._live)) is not None:
            self.post_message(message)

    async def _take_places(self) -> None:
        """Keep runs, and write the report, where the form says; raise InputError where that cannot be."""
        before = (self.host.options.runs_dir, self.host.options.export)
        places = before if self._choice.mistakes else await checked_places(self._choice, before)
        if places != before:
            self.host.use_places(*places)
            self._look_around()

    def _earlier(self, suite: SuiteConfig) -> EarlierSuite | None:
        options = self.host.options
        return None if options.fresh else earlier_suite(options.runs_dir, suite.runs)

    def action_watch_live(self) -> None:
        """Watch what is training already."""
        if self._live is not None:
            self.post_message(OpenWanted(self._live))

    def action_cancel_waiting(self) -> None:
        """Let the suite that waits, the last of several, not begin."""
        self.post_message(CancelWanted())

    def action_toggle_norm(self, norm: str) -> None:
        """Choose a norm, or leave it out."""
        self._choose(self._choice.toggled(Norm(norm)))

    def action_toggle_highlighted(self) -> None:
        """Choose the highlighted norm, or leave it out."""
        self._choose(self._choice.toggled(self._choice.highlighted))

    def action_toggle_all(self) -> None:
        """Choose all norms, or none."""
        self._choose(self._choice.all_toggled())

    def action_highlight(self, by: int) -> None:
        """Move the highlight; in the settings, go to the next field or the one before."""
        if not self._in_form:
            self._choose(self._choice.moved(by))
        elif by > 0:
            self.focus_next(FIELD)
        else:
            self.focus_previous(FIELD)

    def action_next_field(self) -> None:
        """Go to the next setting, and from the last one back to the norms."""
        if self.focused is self.query(FIELD).last():
            self.action_leave_form()
        else:
            self.focus_next(FIELD)

    def action_next_preset(self) -> None:
        """Take the next preset."""
        self._choose(self._choice.next_preset())

    def action_take_preset(self, preset: str) -> None:
        """Take the preset that was clicked."""
        self._choose(replace(self._choice, presets=(Preset(preset),)))

    def action_scroll(self, pages: int) -> None:
        """Scroll the network's table, or everything where the table stands below."""
        place = self.query_one("#start" if self.has_class("-narrow") else "#layers")
        place.scroll_relative(y=pages * place.size.height, animate=False)

    def action_edit(self) -> None:
        """Go to the first setting."""
        self.set_focus(self.query(FIELD).first(Widget))

    def action_edit_recipe(self) -> None:
        """Go to the first part of the recipe."""
        self.set_focus(self.query(RECIPE_FIELD).first(Widget))

    def action_reset_recipe(self) -> None:
        """Edit nothing of the recipe any more."""
        self.query_one(SettingsForm).take_the_presets_recipe()
        self._choose(self._choice.with_the_presets_recipe())

    def action_leave_form(self) -> None:
        """Go back to the norms, and look where runs are kept now."""
        self.set_focus(self.query_one(VariantList))
        self._leave_form()

    @work(exclusive=True, group="leaving")
    async def _leave_form(self) -> None:
        try:
            await self._take_places()
        except InputError as error:
            self.host.refuse(error)
