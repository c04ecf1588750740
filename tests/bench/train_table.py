"""The train benchmark's figures as a table."""

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

_MEBIBYTE = 2**20


def print_table(result: dict[str, Any]) -> None:
    """Print all loops side by side, then the ratios, the ways tried and the floor."""
    opponents, ours, floor = result["opponents"], result["ours"], result["floor"]
    table = Table(title="seconds are those of an epoch of 50,000 images unless it says otherwise")
    table.add_column("")
    for name in (*opponents, "ours"):
        table.add_column(name, justify="right")
    for name, text in _rows().items():
        table.add_row(name, *(text(loop) for loop in (*opponents.values(), ours)))
    table.add_section()
    ratios = result["ratios"].values()
    table.add_row("÷ ours, median", *(f"{ratio['median']:.2f}" for ratio in ratios))
    table.add_row("fewest, most", *(f"{ratio['min']:.2f}, {ratio['max']:.2f}" for ratio in ratios))
    table.add_section()
    last = [""] * len(opponents)
    table.add_row("floor: arithmetic, s", *last, f"{floor['arithmetic_seconds']:.3f}")
    table.add_row("floor: memory, s", *last, f"{floor['memory_seconds']:.3f}")
    table.add_row("floor ÷ ours", *last, f"{floor['share_of_ours']:.1%}")
    console = Console()
    console.print(table)
    for line in _notes(result):
        console.print(line, highlight=False)


def _rows() -> dict[str, Callable[[dict[str, Any]], str]]:
    """Return each row's name, with what makes its cell from a loop's figures."""
    return {
        "seconds, median": lambda loop: f"{loop['seconds_an_epoch']['median']:.3f}",
        "seconds, fastest": lambda loop: f"{loop['seconds_an_epoch']['min']:.3f}",
        "seconds, slowest": lambda loop: f"{loop['seconds_an_epoch']['max']:.3f}",
        "images a second": lambda loop: f"{loop['images_a_second']:,.0f}",
        "before it: imports, s": lambda loop: f"{loop['import_seconds']:.1f}",
        "before it: images, network, s": lambda loop: f"{loop['set_up_seconds']:.1f}",
        "first epoch, warm-up, unscaled, s": lambda loop: f"{loop['first_epoch_seconds']:.3f}",
        "peak resident, MiB": lambda loop: _mebibytes(loop["peak_resident_bytes"]),
        "with shared pages once, MiB": lambda loop: _mebibytes(loop["proportional_bytes"]),
        "peak on the device, MiB": lambda loop: _mebibytes(loop["peak_device_bytes"]),
        "processes": lambda loop: f"{loop['processes']}",
        "threads": lambda loop: f"{loop['threads']}",
        "optimizer": lambda loop: loop["optimizer"],
    }


def _notes(result: dict[str, Any]) -> list[str]:
    """Return the ways tried, how the floor was reckoned, and what ours has to do without, a line each."""
    floor = result["floor"]
    rates = floor["rates"]
    return [
        *(f"{name}: {_way(loop)}; tried {_tries(loop)}" for name, loop in result["opponents"].items()),
        (
            f"floor: {floor['flops'] / 1e12:.2f} TFLOP at {rates['flops_a_second'] / 1e9:,.0f} GFLOP/s, "
            f"{floor['traffic_bytes'] / 1e9:.1f} GB at {rates['bytes_a_second'] / 1e9:,.1f} GB/s, "
            f"numbers of {rates['number_bytes']} bytes"
        ),
        *(f"notice: {notice}" for notice in result["ours"]["notices"]),
    ]


def _tries(loop: dict[str, Any]) -> str:
    tries = (f"{_way(one)}: {one['seconds_an_epoch']:.2f} s" for one in loop["tried"])
    return "; ".join(tries) or "nothing else"


def _way(loop: dict[str, Any]) -> str:
    layout = "channels last" if loop["channels_last"] else "channels first"
    processes = loop["loading_processes"]
    return f"{layout}, {processes} loading processes" if processes else layout


def _mebibytes(count: int | None) -> str:
    return "" if count is None else f"{count / _MEBIBYTE:,.0f}"
