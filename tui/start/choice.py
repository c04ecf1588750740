"""What the start screen's user has chosen so far; every change gives a new choice."""

from dataclasses import dataclass, replace
from typing import Any, Final, Self

from core.config import RunConfig, settings, variants
from core.errors import InputError
from core.presets import RECIPES, Norm, Preset, Recipe

FORM_FIELDS: Final = tuple(name for name in settings() if name != "preset")


@dataclass(frozen=True, slots=True)
class Choice:
    """Norms to train, the one highlighted, a preset, and a text for each field of the form.

    A text may be wrong while it is typed; an empty one stands for the setting's default.
    """

    norms: frozenset[Norm]
    highlighted: Norm
    preset: Preset
    texts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, defaults: RunConfig, norms: tuple[Norm, ...]) -> Self:
        """Begin with what the command line gave."""
        values = {name: getattr(defaults, name) for name in FORM_FIELDS}
        texts = tuple((name, "" if value is None else str(value)) for name, value in values.items())
        return cls(frozenset(norms), norms[0], defaults.preset, texts)

    def text(self, field: str) -> str:
        """Return what stands in `field`."""
        return dict(self.texts)[field]

    def with_text(self, field: str, text: str) -> Self:
        """Return the choice with another text in `field`."""
        return replace(self, texts=tuple((name, text if name == field else old) for name, old in self.texts))

    def toggled(self, norm: Norm) -> Self:
        """Return the choice with `norm` chosen, or left out, and highlighted."""
        return replace(self, norms=self.norms ^ {norm}, highlighted=norm)

    def all_toggled(self) -> Self:
        """Return the choice with every norm, or with none where all were chosen."""
        every = frozenset(Norm)
        return replace(self, norms=frozenset() if self.norms == every else every)

    def moved(self, by: int) -> Self:
        """Return the choice with the highlight `by` norms further down, round the end."""
        every = tuple(Norm)
        return replace(self, highlighted=every[(every.index(self.highlighted) + by) % len(every)])

    def next_preset(self) -> Self:
        """Return the choice with the next preset."""
        every = tuple(Preset)
        return replace(self, preset=every[(every.index(self.preset) + 1) % len(every)])

    def mistake(self, field: str) -> str:
        """Say what would be right in `field`; empty where it is."""
        try:
            _value(field, self.text(field))
        except InputError as error:
            return str(error)
        return ""

    @property
    def mistakes(self) -> dict[str, str]:
        """What is wrong, by field."""
        return {field: mistake for field in FORM_FIELDS if (mistake := self.mistake(field))}

    def config(self) -> RunConfig:
        """Return the config of the highlighted variant.

        Raises:
            InputError: a field is wrong.
        """
        values: dict[str, Any] = {field: _value(field, text) for field, text in self.texts}
        return RunConfig(norm=self.highlighted, preset=self.preset, **values)

    @property
    def recipe(self) -> Recipe:
        """The recipe as far as it is chosen: the preset's where a field is wrong."""
        return RECIPES[self.preset] if self.mistakes else self.config().recipe

    def runs(self) -> tuple[RunConfig, ...]:
        """Return what to train, in the order of the norms.

        Raises:
            InputError: no norm is chosen, or a field is wrong.
        """
        if not self.norms:
            raise InputError("choose a norm first: b, l or g, or a for all")
        return variants(self.config(), [norm for norm in Norm if norm in self.norms])


def _value(field: str, text: str) -> object:
    setting = settings()[field]
    if not text.strip():
        if setting.optional:
            return None
        raise InputError(f"{setting.flag}: must be {setting.kind.wanted}")
    return setting.parse(text.strip())
