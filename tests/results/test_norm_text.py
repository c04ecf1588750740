from dataclasses import replace

from core.config.presets import TUNED, LayerNormKind, Norm, Preset
from core.results.labelled_runs import label_runs
from core.results.norm_text import layer_norm_notes, norm_name
from core.runs.life_events import RunStarted
from core.runs.run_state import RunState
from tests.report.example_runs import config, example_states, state


def tuned_layer() -> RunState:
    run = replace(config(Norm.LAYER), preset=Preset.TUNED)
    return state([RunStarted(run="layer", config=run, recipe=TUNED, command="cifar-tui")], "layer")


def test_only_layer_norm_is_named_with_its_kind() -> None:
    names = [norm_name(norm, LayerNormKind.CHANNEL) for norm in Norm]
    assert names == ["batch", "layer (affine per channel)", "group"]
    assert norm_name(Norm.LAYER, LayerNormKind.ELEMENTWISE) == "layer (affine per activation)"


def test_one_kind_is_said_of_all_layer_norms() -> None:
    (note,) = layer_norm_notes(label_runs(example_states()))
    assert note.startswith("Layer norm is affine per activation: every activation of an image has its own ")
    assert layer_norm_notes(label_runs([example_states()[0], RunState("layer")])) == ()


def test_two_kinds_are_told_apart_by_their_runs() -> None:
    notes = layer_norm_notes(label_runs([*example_states(), tuned_layer()]))
    assert [note.partition(":")[0] for note in notes] == [
        "layer, preset reference is affine per activation",
        "layer, preset tuned is affine per channel",
    ]
