"""Keys: `++ctrl+alt+"My key"++` as pymdownx.keys shows them."""

from __future__ import annotations

import re

from milemark.foundation.escaping import page_attribute, page_text

_PARTS = re.compile(r"""[\w-]+|"[^"]+"|'[^']+'""")
_ALIASES = {
    "cmd": "command",
    "ctrl": "control",
    "opt": "option",
    "win": "windows",
    "esc": "escape",
    "del": "delete",
    "ins": "insert",
    "return": "enter",
    "ret": "enter",
    "spc": "space",
    "spacebar": "space",
    "bksp": "backspace",
    "back": "backspace",
    "bspace": "backspace",
    "tabulator": "tab",
    "cap": "caps-lock",
    "caps": "caps-lock",
    "capital": "caps-lock",
    "clr": "clear",
    "cancel": "break",
    "brk": "break",
    "pg-up": "page-up",
    "prior": "page-up",
    "page-dn": "page-down",
    "pg-dn": "page-down",
    "next": "page-down",
    "prtsc": "print-screen",
    "prt-sc": "print-screen",
    "scroll": "scroll-lock",
    "menu": "context-menu",
    "apps": "context-menu",
    "altgr": "alt-graph",
    "alt-gr": "alt-graph",
    "gui": "windows",
    "super": "super",
    "meta": "meta",
    **{key: f"arrow-{key}" for key in ("up", "down", "left", "right")},
    "lalt": "left-alt",
    "lctrl": "left-control",
    "lshift": "left-shift",
    "lcmd": "left-command",
    "ralt": "right-alt",
    "rctrl": "right-control",
    "rshift": "right-shift",
    "rcmd": "right-command",
}
_NAMES = {
    "control": "Ctrl",
    "command": "Cmd",
    "windows": "Win",
    "escape": "Esc",
    "delete": "Del",
    "insert": "Ins",
    "caps-lock": "Caps Lock",
    "context-menu": "Menu",
    "alt-graph": "AltGr",
    "num-lock": "Num Lock",
    "backslash": "\\",
    "bar": "|",
    "brace-left": "{",
    "brace-right": "}",
    "bracket-left": "[",
    "bracket-right": "]",
    "colon": ":",
    "comma": ",",
    "double-quote": '"',
    "equal": "=",
    "exclam": "!",
    "grave": "`",
    "greater": ">",
    "less": "<",
    "minus": "-",
    "period": ".",
    "plus": "+",
    "question": "?",
    "semicolon": ";",
    "single-quote": "'",
    "slash": "/",
    "tilde": "~",
    "underscore": "_",
    **{f"arrow-{key}": key.capitalize() for key in ("up", "down", "left", "right")},
}


def key_names(text: str) -> list[tuple[str, str]]:
    """Return the name for the theme and the label of each key between the plus signs; a quoted label has no name."""
    return [*map(_key, _PARTS.findall(text))]


def keys_html(text: str) -> str:
    """Return the keys between the plus signs as HTML."""
    names = ((f' class="key-{page_attribute(name)}"' if name else "", shown) for name, shown in key_names(text))
    keys = (f"<kbd{named}>{page_text(shown)}</kbd>" for named, shown in names)
    return f'<span class="keys">{"<span>&#43;</span>".join(keys)}</span>'


def _key(written: str) -> tuple[str, str]:
    if written[0] in "\"'":
        return "", written[1:-1]
    word = written.lower().replace("_", "-")
    name = _ALIASES.get(word, word)
    return name, _NAMES.get(name) or name.replace("-", " ").title()
