"""What can be done with the runs of other loops."""

from typing import Final

from tui.frame.action import Place, at

TRACKED: Final = (
    at(Place.TRACKED, "pause", "p", "pause", "Ask the chosen run to pause"),
    at(Place.TRACKED, "resume", "p", "resume", "Let the chosen run go on"),
    at(Place.TRACKED, "stop", "s", "stop", "Ask the chosen run to stop; asks first"),
    at(Place.TRACKED, "turn(1)", "m", "more", "Plot the next quantities"),
    at(Place.TRACKED, "turn(-1)", "M", "back", "Plot the quantities before", quiet=True),
    at(Place.TRACKED, "choose(-1)", "up", "up", "Choose the run above", quiet=True),
    at(Place.TRACKED, "choose(1)", "down", "down", "Choose the run below", quiet=True),
    at(Place.TRACKED, "follow_one", "enter", "this run", "Plot the chosen run alone"),
    at(Place.TRACKED, "follow_all", "enter", "all runs", "Plot all runs again"),
    at(Place.TRACKED, "full_screen", "f", "full", "Give one plot all the room, then the next, then none"),
    at(Place.TRACKED, "smooth(1)", "plus,equals_sign", "smoother", "Smooth the curves more"),
    at(Place.TRACKED, "smooth(-1)", "minus", "rougher", "Smooth the curves less"),
    at(Place.TRACKED, "toggle_log", "y", "log y", "Draw on a logarithmic axis, or a linear one"),
    at(Place.TRACKED, "toggle_axis", "x", "time", "Draw against time, or against steps"),
    at(Place.TRACKED, "next_part(1)", "tab", "plots", "Go to the next plot, to read its points"),
    at(Place.TRACKED, "next_part(-1)", "shift+tab", "back", "Go to the previous plot", quiet=True),
)
