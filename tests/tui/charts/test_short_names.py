from tui.charts.short_names import told_apart


def test_what_names_share_is_told_once() -> None:
    rates = [f"batch, learning rate 0.0{i}" for i in (1, 2)]
    assert told_apart(rates) == ("batch, learning rate:", ["0.01", "0.02"])


def test_what_differs_stays_in_its_order() -> None:
    presets = ["batch, preset best (4)", "layer, preset tuned (4)"]
    assert told_apart(presets) == ("preset:", ["batch best (4)", "layer tuned (4)"])


def test_names_that_share_nothing_or_are_made_otherwise_stay() -> None:
    for names in (["batch (8)", "layer (8)"], ["batch", "batch, seed 1"], ["batch"], []):
        assert told_apart(names) == ("", names)
