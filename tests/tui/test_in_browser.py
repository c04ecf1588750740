"""The dashboard in a real browser: what a person would see, press and get."""

import json
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from tests.chromium import chromium, needs_chromium
from tests.command.served import serving

pytestmark = needs_chromium
FEW = ("--epochs", "1", "--limit-train", "640", "--limit-test", "200", "--norm", "batch,group")
SMALL = ("--demo", *FEW, "--export", "report.json")


async def test_from_the_address_to_the_comparison_and_its_report(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("the-token-of-this-test")
    (tmp_path / "token").chmod(0o600)
    with serving(tmp_path, "--token-file", "token", *SMALL) as served:
        async with chromium(tmp_path) as page:
            await page.open(f"{served.address}/?token=the-token-of-this-test")
            await page.wait_for("What to train")
            assert await page.evaluate("document.title") == "cifar-tui"
            assert await page.evaluate("location.href") == f"{served.address}/"
            assert await page.evaluate("document.referrer + document.cookie") == ""
            await page.type("\r")
            await page.wait_for("training")
            await page.wait_for("Generalization gap")  # by itself, at the suite's end
            await page.wait_for("written: report.json")
            assert len(json.loads((tmp_path / "report.json").read_text())["runs"]) == 2
            picture = await page.picture()
            (tmp_path / "compare.png").write_bytes(picture)
            assert len(Image.open(BytesIO(picture)).convert("RGB").getcolors(1 << 20) or []) > 100
            await page.type("q")
            await page.wait_until("getComputedStyle(document.querySelector('#closed')).display == 'flex'")
            assert "was closed" in await page.evaluate("document.querySelector('#why').textContent")
            await page.type("\r")  # the button has the focus
            await page.wait_for("What to train")
            asked = {urlsplit(address).netloc for address in page.addresses}
            assert asked == {f"127.0.0.1:{served.port}"}
            assert not [words for words in page.console if "Content Security Policy" in words]
    assert "the-token-of-this-test" not in served.told


async def test_a_window_that_shrinks_shrinks_the_dashboard(tmp_path: Path) -> None:
    with serving(tmp_path, "--demo") as served:
        async with chromium(tmp_path, width=900, height=600) as page:
            await page.open(served.address)
            await page.wait_for("What to train")
            await page.resize(500, 300)
            await page.wait_for("needs at least 60 columns and 18 lines")
            await page.resize(900, 600)
            await page.wait_for("What to train")
