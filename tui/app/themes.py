"""The dashboard's themes: every colour a screen uses has its name here.

The curves' colours are Okabe and Ito's ("Color Universal Design", 2008), which people with any colour vision
tell apart; the report's pictures use the same hues.
"""

from typing import Final

from textual.theme import Theme

# On a dark ground the palette's lighter members are read best, on a light ground its darker ones.
_ON_DARK: Final = {
    "norm-batch": "#56B4E9",
    "norm-layer": "#E69F00",
    "norm-group": "#2FC79A",
    "extra-1": "#CC79A7",
    "extra-2": "#F0E442",
    "extra-3": "#D55E00",
    "limit": "#F0E442",
}
_ON_LIGHT: Final = {
    "norm-batch": "#0072B2",
    "norm-layer": "#B35900",
    "norm-group": "#007A59",
    "extra-1": "#A4407C",
    "extra-2": "#6B5F00",
    "extra-3": "#8A2BE2",
    "limit": "#6B5F00",
}

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
    variables=_ON_DARK
    | {
        "norm-batch": "#6FC8FF",
        "norm-layer": "#FFB52E",
        "norm-group": "#00FF9C",
        "border": "#FFFFFF",
        "border-blurred": "#B0B0B0",
        "footer-key-foreground": "#FFD500",
        "text-muted": "#FFFFFF",
    },
)
THEMES: Final = (DARK, LIGHT, HIGH_CONTRAST)
