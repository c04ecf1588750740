"""What the start screen's user has chosen so far; every change gives a new choice."""

from dataclasses import dataclass, replace
from typing import Any, Final, Self

from core.config.presets import RECIPES, Norm, Preset, Recipe
from core.config.run_config import RunConfig, SuiteConfig, command_line, settings, suite_settings, variants
from core.errors import InputError

SETTINGS: Final = {name: it for name, it in settings().items() if name != "preset"} | suite_settings()


@dataclass(frozen=True, slots=True)
class Choice:
    """Norms to train, the one highlighted, a preset, and a text for each setting of the form.

    A text may be wrong while it is typed; an empty one stands for the setting's default.
    """

    norms: frozenset[Norm]
    highlighted: Norm
    preset: Preset
    texts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, defaults: RunConfig, norms: tuple[Norm, ...], parallel: int | None = None) -> Self:
        """Begin with what the command line gave."""
        values = {
            name: parallel if name in suite_settings() else getattr(defaults, name) for name in SETTINGS
        }
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
        return {field: mistake for field in SETTINGS if (mistake := self.mistake(field))}

    def config(self) -> RunConfig:
        """Return the config of the highlighted variant.

        Raises:
            InputError: a field is wrong.
        """
        values: dict[str, Any] = {field: _value(field, self.text(field)) for field in SETTINGS}
        of_run = {field: value for field, value in values.items() if field in settings()}
        return RunConfig(norm=self.highlighted, preset=self.preset, **of_run)

    @property
    def recipe(self) -> Recipe:
        """The recipe as far as it is chosen: the preset's where a field is wrong."""
        return RECIPES[self.preset] if self.mistakes else self.config().recipe

    def suite(self) -> SuiteConfig:
        """Return what to train, in the order of the norms.

        Raises:
            InputError: no norm is chosen, or a field is wrong.
        """
        if not self.norms:
            raise InputError("choose a norm first: b, l or g, or a for all")
        runs = variants(self.config(), [norm for norm in Norm if norm in self.norms])
        parallel = _value("parallel", self.text("parallel"))
        return SuiteConfig(runs, command_line(runs, parallel), parallel)


def _value(field: str, text: str) -> Any:  # noqa: ANN401 - each setting has its own type
    setting = SETTINGS[field]
    if not text.strip():
        if setting.optional:
            return None
        raise InputError(f"{setting.flag}: must be {setting.kind.wanted}")
    return setting.parse(text.strip())
