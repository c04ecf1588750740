"""The train benchmark's figures as a table."""

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

_MEBIBYTE = 2**20


def print_table(result: dict[str, Any]) -> None:
    """Print both loops side by side, then the ratio, the processes tried and the floor."""
    usual, ours, floor = result["usual"], result["ours"], result["floor"]
    table = Table(title="seconds are those of an epoch of 50,000 images unless it says otherwise")
    table.add_column("")
    for name in ("usual loop", "ours"):
        table.add_column(name, justify="right")
    for name, text in _rows().items():
        table.add_row(name, text(usual), text(ours))
    table.add_section()
    ratio = result["ratio"]
    table.add_row("usual ÷ ours, median", "", f"{ratio['median']:.2f}")
    table.add_row("fewest, most", "", f"{ratio['min']:.2f}, {ratio['max']:.2f}")
    table.add_row("floor: arithmetic, s", "", f"{floor['arithmetic_seconds']:.3f}")
    table.add_row("floor: memory, s", "", f"{floor['memory_seconds']:.3f}")
    table.add_row("floor ÷ ours", "", f"{floor['share_of_ours']:.1%}")
    console = Console()
    console.print(table)
    tries = result["usual_loading_processes"]
    tried = ", ".join(f"{n}: {s:.2f} s" for n, s in tries["seconds_an_epoch_when_tried"].items())
    rates = floor["rates"]
    console.print(
        f"usual loop with {tries['measured']} loading processes; tried {tried or 'nothing else'}",
        highlight=False,
    )
    console.print(
        f"floor: {floor['flops'] / 1e12:.2f} TFLOP at {rates['flops_a_second'] / 1e9:,.0f} GFLOP/s, "
        f"{floor['traffic_bytes'] / 1e9:.1f} GB at {rates['bytes_a_second'] / 1e9:,.1f} GB/s, "
        f"numbers of {rates['number_bytes']} bytes",
        highlight=False,
    )
    for notice in ours["notices"]:
        console.print(f"notice: {notice}", highlight=False)


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
    }


def _mebibytes(count: int | None) -> str:
    return "" if count is None else f"{count / _MEBIBYTE:,.0f}"
