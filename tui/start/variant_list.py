"""The preset and the three norms, each chosen by a key."""

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from core.config.network_shape import CIFAR10_SHAPE
from core.config.presets import LIMITS, Norm, Preset
from tui.start.choice import Choice
from tui.start.expected import Expected
from tui.start.limits import Badge, badges, most_parameters
from tui.text.grid_words import grid_words

_SIGNS = {True: ("✓", "$success"), False: ("✗", "$error"), None: ("·", "$foreground 60%")}


class VariantList(Static, can_focus=True):
    """Shows a choice's preset, norms and limits."""

    ALLOW_SELECT = False
    auto_links = reactive(default=False)

    def __init__(self) -> None:
        super().__init__(id="variants", classes="frame")
        self._choice: Choice | None = None
        self._expected = Expected()
        self._class_count = CIFAR10_SHAPE.classes
        self._cifar10 = True

    def on_resize(self) -> None:
        """Use the new room."""
        self._draw()

    def show(self, choice: Choice, expected: Expected, classes: int, *, cifar10: bool) -> None:
        """Draw `choice`, for so many classes, and what is to be expected of it; limits are for CIFAR-10."""
        self._choice, self._expected = choice, expected
        self._class_count, self._cifar10 = classes, cifar10
        self._draw()

    def _draw(self) -> None:
        if self._choice is None:
            return
        choice = self._choice
        name = "preset" if choice.network is None else "recipe"
        lines = [_preset_line(choice.presets, name, self.content_size.width)]
        lines += [_norm_line(choice, norm, self._class_count, judged=self._cifar10) for norm in Norm]
        lines.append(_count_line(choice, self._expected.time, self.content_size.width))
        lines += [_badge_line(badge) for badge in badges(choice, self._class_count, cifar10=self._cifar10)]
        if accuracy := self._expected.accuracy:
            whole = f"measured: {accuracy}"
            words = whole if len(whole) <= self.content_size.width else accuracy
            lines.append(Content.styled(words, "$foreground 75%"))
        self.update(Content("\n").join(lines))


def _count_line(choice: Choice, time: str, room: int) -> Content:
    """Say how many runs there will be, and how long they will take; nothing while a field is wrong."""
    if not choice.norms:
        return Content.styled("no norm chosen", "$foreground 60%")
    time = f" · {time}" if time else ""
    words = "" if choice.mistakes else grid_words(choice.grid(), room - len(time))
    total, colon, why = words.partition(":")
    return Content.assemble((total, "bold"), (colon + why + time, "$foreground 75%"))


def _preset_line(presets: tuple[Preset, ...], name: str, room: int) -> Content:
    """Name all presets, each with a blank on either side where there is room for that."""
    spacious = len(name) + sum(len(other) + 2 for other in Preset) < room
    edge, between = (" ", "") if spacious else ("", " ")
    names: list[Content] = []
    for other in Preset:
        style = "bold $background on $primary" if other in presets else "$foreground 75%"
        click = f"@click=screen.take_preset('{other}')"
        names.append(Content.styled(f"{edge}{other}{edge}", f"{style} {click}"))
    return Content.assemble((f"{name} ", "$foreground 60%"), Content(between).join(names))


def _norm_line(choice: Choice, norm: Norm, classes: int, *, judged: bool) -> Content:
    here = norm is choice.highlighted
    parameters = most_parameters(choice, norm, classes)
    over = judged and norm in choice.norms and parameters is not None and parameters >= LIMITS.parameters
    mark = "[x]" if norm in choice.norms else "[ ]"
    line = Content.assemble(
        ("▸ " if here else "  ", "$primary"),
        (mark, f"bold $norm-{norm}" if norm in choice.norms else "$foreground 60%"),
        (f" {norm} norm ", f"bold $norm-{norm}" if here else f"$norm-{norm}"),
        (
            f"{'?' if parameters is None else f'{parameters:,}':>12}",
            "bold $error" if over else "" if here else "$foreground 75%",
        ),
    )
    return line.stylize(f"@click=screen.toggle_norm('{norm}')")


def _badge_line(badge: Badge) -> Content:
    sign, style = _SIGNS[badge.kept]
    words = "bold $error" if badge.kept is False else "$foreground 85%"
    return Content.assemble((f"{sign} ", f"bold {style}"), (badge.words, words))
