"""What can be done in every plot, and everywhere."""

from typing import Final

from tui.frame.action import Place, at

CHART: Final = (
    at(Place.CHART, "readout_left", "left", "point", "Read the values one point to the left"),
    at(Place.CHART, "readout_right", "right", "point", "Read the values one point to the right", quiet=True),
    at(Place.CHART, "readout_first", "home", "first", "Read the first point", quiet=True),
    at(Place.CHART, "readout_last", "end", "last", "Read the newest point", quiet=True),
    at(Place.CHART, "readout_off", "escape", "done", "Leave the readout", quiet=True),
    at(
        Place.CHART,
        "zoom(1)",
        "c",
        "closer",
        "Look closer, at the point that is read or the newest; the wheel does, too, where the mouse is",
    ),
    at(Place.CHART, "zoom(-1)", "w", "wider", "Look at more again"),
    at(Place.CHART, "pan(-1)", "comma", "pan", "Move what is looked at to the left", quiet=True),
    at(Place.CHART, "pan(1)", "full_stop", "pan", "Move what is looked at to the right", quiet=True),
    at(
        Place.CHART,
        "only",
        "o",
        "only",
        "Show one network alone, then the next, then all; a double click on its name does it, too",
        quiet=True,
    ),
    at(
        Place.CHART,
        "hide",
        "h",
        "hide",
        "Hide one network, then the next, then none; a click on its name hides or shows it, too",
        quiet=True,
    ),
    at(Place.CHART, "whole", "0", "whole", "Look at all there is"),
    at(Place.CHART, "follow", "l", "follow", "Follow the newest point, or look at all there is", quiet=True),
)
EVERYWHERE: Final = (
    at(Place.EVERYWHERE, "go('start')", "1", "start", "Choose what to train", quiet=True),
    at(Place.EVERYWHERE, "go('train')", "2", "train", "Watch the suite that is open", quiet=True),
    at(Place.EVERYWHERE, "go('compare')", "3", "compare", "Compare the runs that are open", quiet=True),
    at(Place.EVERYWHERE, "go('runs')", "4", "runs", "List every run of the runs folder", quiet=True),
    at(
        Place.EVERYWHERE,
        "next_theme",
        "ctrl+t",
        "theme",
        "Switch to the next theme: dark, light, high contrast",
        quiet=True,
    ),
    at(Place.EVERYWHERE, "command_palette", "ctrl+p", "palette", "Find any command by its name", quiet=True),
    at(
        Place.EVERYWHERE,
        "leave",
        "q,ctrl+q",
        "quit",
        "Quit; asks first what should happen to a suite that is training",
    ),
    at(Place.EVERYWHERE, "show_help", "question_mark,f1", "help", "Show what every key does here"),
)
