"""What is to be said of the images before any accuracy on them is believed."""

from collections.abc import Sequence

from core.results.labelled_runs import LabelledRun


def data_cautions(runs: Sequence[LabelledRun]) -> tuple[str, ...]:
    """Say where the images are not all of CIFAR-10, or not the same ones."""
    found = [run.state.data for run in runs if run.state.data]
    if len({(data.label, data.fingerprint, data.test_images) for data in found}) > 1:
        return (f"Data: {', '.join(dict.fromkeys(data.label for data in found))}.",)
    if found and found[0].source == "demo":
        return ("Procedural demo set: it says nothing about CIFAR-10.",)
    limits = {run.state.config.limit_train for run in runs if run.state.config}
    if not limits - {None}:
        return ()
    limit, *others = limits
    part = f"{limit:,} images" if limit is not None and not others else "a part of the images"
    return (f"Trained on {part} only.",)
