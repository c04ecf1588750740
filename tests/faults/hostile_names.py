"""Names as files, folders and classes may bear them, and what of them must reach no terminal."""

import re
from typing import Final

CODES: Final = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
"""Controls, C1 and of the direction of writing; a line feed is a display's own."""

_PARTS: Final = (
    *(
        "\x1b]0;pwned\x07",
        "\x1b]52;c;cm0gLXJm\x07",
        "\x1b[2J",
        "\x1b[31m",
        "\x1bc",
        "\x1b",
        "\x07",
        "\x08\x08",
    ),
    *("\r", "\n", "\t", "\x7f", "\x9b2J", "\x9d0;pwned\x9c", "\x85", "\x90q\x9c", "\x0e", "\x1b(0"),
    *("\u202e", "\u2066", "\u200f", "\u061c", "\u2028", "\u2029", "\ufeff", "\u2060", "\u200b", "\xad"),
    *("\udcff", "\udc80\udcfe", "\ue000", "\U000e0041", "\U0010ffff"),
    *("[red]", "[/]", "[bold", "[@click=app.quit]", "${HOME}", "`id`", "$(id)", "|", "||", "\\", "\\|"),
    *(
        "<script>",
        "<!--",
        "&lt;",
        "](http://x)",
        "![x](y)",
        "```",
        "*a*",
        "_a_",
        "~~a~~",
        "# a",
        "> a",
        "- a",
    ),
    *("www.example.com", "https://example.com", "1. a", "---"),
)
NAMES: Final = (*(f"a{part}b" for part in _PARTS), "\x1b[2J" * 60)
"""All can be a folder's name, of at most 255 bytes."""
