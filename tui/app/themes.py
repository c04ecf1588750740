"""The dashboard's themes: every colour a screen uses has its name here; the runs' are the report's, too."""

from typing import Final

from textual.theme import Theme

from core.results.run_styles import COLOURS

_ON_DARK: Final = {colour.name: colour.on_dark for colour in COLOURS} | {"limit": "#F0E442"}
_ON_LIGHT: Final = {colour.name: colour.on_light for colour in COLOURS} | {"limit": "#6B5F00"}
_ON_BLACK: Final = {colour.name: colour.on_black for colour in COLOURS} | {"limit": "#F0E442"}

DARK: Final = Theme(
    name="dark",
    primary="#56B4E9",
    secondary="#7F8FA6",
    accent="#E69F00",
    foreground="#D8DEE9",
    background="#11151C",
    surface="#161B24",
    panel="#1E2530",
    success="#2FC79A",
    warning="#F0E442",
    error="#FF6B5E",
    variables=_ON_DARK
    | {"border": "#3A4556", "border-blurred": "#2A3342", "footer-key-foreground": "#56B4E9"},
)
LIGHT: Final = Theme(
    name="light",
    primary="#005F99",
    secondary="#5C6675",
    accent="#B35900",
    foreground="#1B2330",
    background="#F7F8FA",
    surface="#FFFFFF",
    panel="#E8ECF1",
    success="#007A59",
    warning="#8A6D00",
    error="#B3261E",
    dark=False,
    variables=_ON_LIGHT
    | {"border": "#A9B4C2", "border-blurred": "#CBD3DC", "footer-key-foreground": "#005F99"},
)
HIGH_CONTRAST: Final = Theme(
    name="high-contrast",
    primary="#FFFFFF",
    secondary="#FFFFFF",
    accent="#FFD500",
    foreground="#FFFFFF",
    background="#000000",
    surface="#000000",
    panel="#000000",
    success="#00FF9C",
    warning="#FFD500",
    error="#FF8A80",
    variables=_ON_BLACK
    | {
        "border": "#FFFFFF",
        "border-blurred": "#B0B0B0",
        "footer-key-foreground": "#FFD500",
        "text-muted": "#FFFFFF",
    },
)
THEMES: Final = (DARK, LIGHT, HIGH_CONTRAST)
