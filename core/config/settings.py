"""The settings a config has: what values each takes, how people type them, and what is wrong with one."""

from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from core.errors import InputError


class Switch(StrEnum):
    """Whether something is on."""

    ON = "on"
    OFF = "off"


class Kind(Protocol):
    """What values a setting takes."""

    @property
    def wanted(self) -> str:
        """Name the values that would be right, to end an error message with."""

    def parse(self, text: str) -> Any:  # noqa: ANN401 - each setting has its own type
        """Turn what a person typed into a value; raise ValueError where it is none."""

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is one this setting takes."""


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A whole number from `low` to `high`."""

    low: int
    high: int

    @property
    def wanted(self) -> str:
        """Name the range."""
        return f"a whole number from {self.low:,} to {self.high:,}"

    def parse(self, text: str) -> int:
        """Read decimal digits."""
        return int(text)

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is a whole number in the range."""
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class MultipleOf:
    """A multiple of `step`, from `step` itself to `high`."""

    step: int
    high: int

    @property
    def wanted(self) -> str:
        """Name the step and the range."""
        return f"a multiple of {self.step:,} from {self.step:,} to {self.high:,}"

    def parse(self, text: str) -> int:
        """Read decimal digits."""
        return int(text)

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is a multiple in the range."""
        within = WholeNumber(self.step, self.high).accepts(value)
        return within and isinstance(value, int) and value % self.step == 0


@dataclass(frozen=True, slots=True)
class PositiveNumber:
    """A finite number above zero, at most `high`."""

    high: float

    @property
    def wanted(self) -> str:
        """Name the range."""
        return f"a number above 0, at most {self.high:g}"

    def parse(self, text: str) -> float:
        """Read a decimal number."""
        return float(text)

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is a number in the range, which NaN is not."""
        return isinstance(value, int | float) and 0 < value <= self.high


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number from `low` to `high`."""

    low: float
    high: float

    @property
    def wanted(self) -> str:
        """Name the range."""
        return f"a number from {self.low:g} to {self.high:g}"

    def parse(self, text: str) -> float:
        """Read a decimal number."""
        return float(text)

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is a number in the range, which NaN is not."""
        return isinstance(value, int | float) and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few names."""

    options: type[StrEnum]

    @property
    def wanted(self) -> str:
        """Name the options."""
        return "one of " + ", ".join(self.options)

    def parse(self, text: str) -> StrEnum:
        """Read an option's name."""
        return self.options(text)

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is an option."""
        return isinstance(value, self.options)


@dataclass(frozen=True, slots=True)
class SomeOf:
    """Any of a few names, with commas between them."""

    options: type[StrEnum]

    @property
    def wanted(self) -> str:
        """Name the options."""
        return f"{' or '.join(self.options)}, or several with commas"

    def parse(self, text: str) -> tuple[StrEnum, ...]:
        """Read the names, each once."""
        return tuple(dict.fromkeys(self.options(name.strip()) for name in text.split(",")))

    def accepts(self, value: object) -> bool:
        """Tell whether `value` holds options alone."""
        return isinstance(value, tuple) and all(isinstance(one, self.options) for one in value)


@dataclass(frozen=True, slots=True)
class AutoOr:
    """A value of another kind, or `auto`, which is None."""

    kind: Kind

    @property
    def wanted(self) -> str:
        """Name both."""
        return f"auto or {self.kind.wanted}"

    def parse(self, text: str) -> Any:  # noqa: ANN401 - the other kind's type
        """Read `auto`, or the other kind's text."""
        return None if text == "auto" else self.kind.parse(text)

    def accepts(self, value: object) -> bool:
        """Tell whether `value` stands for `auto` or is one of the other kind."""
        return value is None or self.kind.accepts(value)


@dataclass(frozen=True, slots=True)
class Text:
    """Any text that is not empty."""

    wanted: str

    def parse(self, text: str) -> str:
        """Take the text as it is."""
        return text

    def accepts(self, value: object) -> bool:
        """Tell whether there is any text."""
        return isinstance(value, str) and value.strip() != ""


@dataclass(frozen=True, slots=True)
class Setting:
    """How one field of a config is offered on the command line and on the start screen."""

    flag: str
    metavar: str
    help: str
    kind: Kind
    optional: bool = False

    @property
    def name(self) -> str:
        """The flag without its dashes: what the setting is called among others."""
        return self.flag.removeprefix("--")

    def parse(self, text: str, given: str | None = None) -> Any:  # noqa: ANN401 - each setting has its own type
        """Turn what a person typed into a valid value.

        `given` is how the user gave it, for the message; by default after the setting's flag.

        Raises:
            InputError: it is not one; the message names the flag and what would be right.
        """
        with suppress(ValueError):
            value = self.kind.parse(text)
            if self.kind.accepts(value):
                return value
        raise InputError(f"{given or f'{self.flag} {text}'}: must be {self.kind.wanted}")

    def parse_several(self, text: str, given: str | None = None) -> tuple[Any, ...]:
        """Turn values with commas between them into valid ones, in their order.

        `given` is how the user gave them, for the message; by default after the setting's flag.

        Raises:
            InputError: one is not valid, or is given twice; the message says what would be right.
        """
        given = given or f"{self.flag} {text}"
        parts = [part.strip() for part in text.split(",")]
        try:
            values = tuple(map(self.kind.parse, parts))
        except ValueError:
            values = ()
        if not values or not all(map(self.kind.accepts, values)):
            raise InputError(f"{given}: {'each ' * (len(parts) > 1)}must be {self.kind.wanted}")
        if len(set(values)) < len(values):
            raise InputError(f"{given}: must have each value once")
        return values

    def check(self, value: object) -> None:
        """Raise InputError unless `value` is one this setting takes."""
        if not (self.optional and value is None) and not self.kind.accepts(value):
            raise InputError(f"{self.flag} {value}: must be {self.kind.wanted}")


def setting_field(flag: str, metavar: str, text: str, kind: Kind, *, default: object) -> Any:  # noqa: ANN401
    """Return the field of a frozen config that a flag and the start screen offer, with its default.

    `text` is the flag's help.
    """
    setting = Setting(flag, metavar, text, kind, optional=default is None)
    return field(default=default, metadata={"setting": setting})
