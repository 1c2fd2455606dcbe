"""Formulas as MathML, which browsers show without a script of another host.

The page keeps the source in the markup of arithmatex, so that MathJax and KaTeX find it as they expect it. The MathML
is an attribute, and the script of the site shows it unless one of these is loaded.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TAGS = {
    *("math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow"),
    *("mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover"),
}
_ATTRIBUTES = {
    *("accent", "accentunder", "columnalign", "columnlines", "columnspacing", "display", "displaystyle", "fence"),
    *("form", "linethickness", "lspace", "mathcolor", "mathsize", "mathvariant", "maxsize", "minsize"),
    *("movablelimits", "notation", "rowlines", "rowspacing", "rspace", "scriptlevel", "separator", "stretchy"),
    *("symmetric", "width"),
}
_UNKNOWN = re.compile(r">\\[A-Za-z]")
_LONGEST = 5_000  # characters


@lru_cache(4_096)
def mathml(source: str, *, is_displayed: bool) -> str:
    r"""Return a formula as MathML, or an empty text if the converter does not understand all of it.

    `a^2` is `<math display="inline"><mrow><msup><mi>a</mi><mn>2</mn></msup></mrow></math>`. The result is
    sanitised: the converter passes on HTML in `\text{…}` and addresses in `\href{…}`.
    """
    import nh3  # most sites have no formula
    from latex2mathml.converter import convert

    if len(source) > _LONGEST:
        return ""
    try:
        written = convert(source, display="block" if is_displayed else "inline")
    except Exception:  # noqa: BLE001  the converter raises many kinds for a broken formula
        return ""
    if _UNKNOWN.search(written):
        return ""
    allowed = dict.fromkeys(_TAGS, _ATTRIBUTES)
    return nh3.clean(written, tags=_TAGS, attributes=allowed, clean_content_tags={"script", "style"}, link_rel=None)
