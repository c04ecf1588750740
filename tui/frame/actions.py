"""The registry of actions: bindings, key bar, help, palette and the README's key table come from it."""

from collections.abc import Iterator
from typing import Final

from textual.binding import Binding, BindingType

from tui.frame.action import Action, Place, at
from tui.frame.shared_actions import CHART, EVERYWHERE
from tui.frame.tracked_actions import TRACKED

_START: Final = (
    at(Place.START, "train", "enter", "train", "Train the chosen norms"),
    at(Place.START, "watch_live", "w", "watch live", "Watch the suite that is training already"),
    at(
        Place.START,
        "cancel_waiting",
        "c",
        "cancel",
        "Let the suite that waits, the last of several, not begin",
    ),
    at(Place.START, "toggle_norm('batch')", "b", "batch", "Choose batch norm, or leave it out"),
    at(Place.START, "toggle_norm('layer')", "l", "layer", "Choose layer norm, or leave it out"),
    at(Place.START, "toggle_norm('group')", "g", "group", "Choose group norm, or leave it out"),
    at(Place.START, "toggle_all", "a", "all", "Choose all three norms, or none"),
    at(Place.START, "next_preset", "p", "preset", "Switch to the next preset: a network and its recipe"),
    at(Place.START, "edit", "e", "edit", "Edit the settings; escape comes back"),
    at(Place.START, "edit_recipe", "r", "recipe", "Edit the recipe of the preset; escape comes back"),
    at(Place.START, "reset_recipe", "x", "reset", "Take the recipe of the preset as it is again"),
    at(Place.START, "next_field", "enter", "next", "In the settings, go to the next one", first=True),
    at(Place.START, "highlight(-1)", "up", "up", "Highlight the norm above", quiet=True),
    at(Place.START, "highlight(1)", "down", "down", "Highlight the norm below", quiet=True),
    at(
        Place.START,
        "toggle_highlighted",
        "space",
        "choose",
        "Choose the highlighted norm, or leave it out",
        quiet=True,
    ),
    at(Place.START, "scroll(-1)", "pageup", "up", "Scroll the network up", quiet=True),
    at(Place.START, "scroll(1)", "pagedown", "down", "Scroll the network down", quiet=True),
    at(Place.START, "leave_form", "escape", "done", "Leave the settings"),
)
_TRAIN: Final = (
    at(Place.TRAIN, "pause", "p", "pause", "Pause training after the current step"),
    at(Place.TRAIN, "resume", "p", "resume", "Resume training"),
    at(
        Place.TRAIN,
        "stop_after_epoch",
        "s",
        "stop",
        "Stop after this epoch: it is finished, evaluated and saved",
    ),
    at(
        Place.TRAIN,
        "skip",
        "k",
        "skip",
        "End the current variant now; of several, and in a table of runs, the chosen one; asks first",
    ),
    at(
        Place.TRAIN,
        "retry",
        "r",
        "retry",
        "Go on with the chosen variant after it failed, was stopped or lost, or train it from scratch",
    ),
    at(
        Place.TRAIN,
        "train_longer",
        "r",
        "train longer",
        "Train the chosen variant longer, which has finished with a constant learning rate; asks how long",
    ),
    at(Place.TRAIN, "choose(-1)", "up", "up", "Choose the variant above", quiet=True),
    at(Place.TRAIN, "choose(1)", "down", "down", "Choose the variant below", quiet=True),
    at(Place.TRAIN, "choose_group(-1)", "left", "left", "Choose the group to the left", quiet=True),
    at(
        Place.TRAIN,
        "choose_group(1)",
        "right",
        "right",
        "Choose the group to the right",
        quiet=True,
    ),
    at(
        Place.TRAIN,
        "follow_one",
        "enter",
        "this run",
        "Plot and log the chosen run alone",
    ),
    at(Place.TRAIN, "follow_all", "enter", "all runs", "Plot and log all runs again"),
    at(Place.TRAIN, "full_screen", "f", "full", "Give one plot the whole screen, then the other, then both"),
    at(
        Place.TRAIN,
        "show_images",
        "v",
        "images",
        "Show large what every network takes the same test images for, or the plots again",
    ),
    at(
        Place.TRAIN,
        "turn(1)",
        "m",
        "more",
        "Plot other quantities: learning rate and speed, norms of weights and gradients, those of the chosen "
        "variant's layers, load and memory",
    ),
    at(Place.TRAIN, "turn(-1)", "M", "back", "Plot what was plotted before", quiet=True),
    at(
        Place.TRAIN,
        "smooth(1)",
        "plus,equals_sign",
        "smoother",
        "Smooth the training curves more; raw values stay faint beneath",
    ),
    at(Place.TRAIN, "smooth(-1)", "minus", "rougher", "Smooth the training curves less"),
    at(Place.TRAIN, "export", "e", "export", "Write the report on this suite"),
    at(
        Place.TRAIN,
        "toggle_log",
        "y",
        "log y",
        "Draw loss, learning rate or norms on a logarithmic axis, or a linear one",
    ),
    at(Place.TRAIN, "toggle_axis", "x", "time", "Draw against time, or against epochs"),
    at(
        Place.TRAIN,
        "toggle_seeds",
        "i",
        "seeds",
        "Draw every seed of a network beneath their mean, or the mean alone",
    ),
    at(
        Place.TRAIN,
        "next_part(1)",
        "tab",
        "plots",
        "Go to the next plot, to read its points with left and right, or to the log",
    ),
    at(
        Place.TRAIN,
        "next_part(-1)",
        "shift+tab",
        "back",
        "Go to the previous plot",
        quiet=True,
    ),
)
_COMPARE: Final = (
    at(Place.COMPARE, "panel(1)", "tab,right_square_bracket", "panel", "Show the next panel"),
    at(
        Place.COMPARE,
        "panel(-1)",
        "shift+tab,left_square_bracket",
        "previous panel",
        "Show the previous panel",
        quiet=True,
    ),
    at(Place.COMPARE, "plot(-1)", "up", "up", "Go to the plot above, to read its points", quiet=True),
    at(Place.COMPARE, "plot(1)", "down", "down", "Go to the plot below", quiet=True),
    at(
        Place.COMPARE,
        "columns(-1)",
        "left",
        "left",
        "Show the figures to the left, where not all fit",
        quiet=True,
    ),
    at(
        Place.COMPARE,
        "columns(1)",
        "right",
        "right",
        "Show the figures to the right, where not all fit",
        quiet=True,
    ),
    at(Place.COMPARE, "export", "e", "export", "Write the report on these runs"),
    at(Place.COMPARE, "next_run", "n", "next run", "Show the next run's confusion matrix and mistakes"),
    at(Place.COMPARE, "toggle_seeds", "i", "seeds", "Show every seed of a network, or their mean alone"),
    at(
        Place.COMPARE,
        "turn(1)",
        "m",
        "more",
        "Plot other quantities: learning rate and speed, norms of weights and gradients, load and memory",
    ),
    at(Place.COMPARE, "turn(-1)", "M", "back", "Plot what was plotted before", quiet=True),
    at(
        Place.COMPARE,
        "toggle_log",
        "y",
        "log y",
        "Draw loss, learning rate or norms on a logarithmic axis, or a linear one",
    ),
    at(Place.COMPARE, "toggle_axis", "x", "time", "Draw against time, or against epochs"),
    at(Place.COMPARE, "toggle_size", "z", "zoom", "Draw misclassified images at twice the size, or at half"),
    at(
        Place.COMPARE,
        "toggle_classes",
        "a",
        "all classes",
        "Show the confusions of all classes, where there are many, or of those that are confused most",
    ),
)
_RUNS: Final = (
    at(Place.RUNS, "open", "enter", "open", "Open the suite: follow it live, or replay it"),
    at(Place.RUNS, "mark", "space", "mark", "Mark the run, or unmark it"),
    at(Place.RUNS, "compare", "c", "compare", "Compare the marked runs"),
    at(
        Place.RUNS,
        "toggle_details",
        "i",
        "details",
        "Tell all that is known of the run, or in what the marked ones differ; page keys scroll",
    ),
    at(Place.RUNS, "leave_details", "escape", "list", "Go back from the details to the list"),
    at(
        Place.RUNS,
        "filter",
        "slash",
        "filter",
        "Show only the runs that have the words you type and keep conditions such as norm:layer acc>80",
    ),
    at(
        Place.RUNS,
        "leave_filter",
        "escape",
        "show all",
        "Leave the filter and show every run again",
    ),
    at(Place.RUNS, "note", "n", "note", "Write a note on the run: reports tell it, too"),
    at(Place.RUNS, "sort", "s", "sort", "Sort by the next column"),
    at(Place.RUNS, "reverse", "S", "reverse", "Reverse the order"),
    at(
        Place.RUNS,
        "retry",
        "r",
        "retry",
        "Go on with the run after it failed, was stopped or lost, or train it from scratch",
    ),
    at(
        Place.RUNS,
        "train_longer",
        "r",
        "train longer",
        "Train the run longer, which has finished with a constant learning rate; asks how long",
    ),
    at(Place.RUNS, "export", "e", "export", "Write the report on the marked runs, or on this suite"),
    at(Place.RUNS, "delete", "d", "delete", "Delete the marked runs, or this one; asks first"),
    at(Place.RUNS, "unmark_all", "u", "unmark", "Remove every mark"),
    at(Place.RUNS, "move(-1)", "up", "up", "Go to the run above", quiet=True),
    at(Place.RUNS, "move(1)", "down", "down", "Go to the run below", quiet=True),
    at(Place.RUNS, "page(-1)", "pageup", "page up", "Go up by a page", quiet=True),
    at(Place.RUNS, "page(1)", "pagedown", "page down", "Go down by a page", quiet=True),
    at(Place.RUNS, "move_to_end(-1)", "home", "first", "Go to the first run", quiet=True),
    at(Place.RUNS, "move_to_end(1)", "end", "last", "Go to the last run", quiet=True),
)
ACTIONS: Final = (*_START, *_TRAIN, *_COMPARE, *_RUNS, *TRACKED, *CHART, *EVERYWHERE)


def actions(place: Place) -> Iterator[Action]:
    """Return the actions of `place`, most wanted first."""
    return (action for action in ACTIONS if action.place is place)


def bindings(place: Place) -> list[BindingType]:
    """Return Textual's bindings for the actions of `place`."""
    return [
        Binding(
            action.keys,
            action.name,
            action.label,
            show=not action.quiet,
            priority=action.first,
            tooltip=action.help,
            id=action.binding_id,
        )
        for action in actions(place)
    ]
