"""All outputs of a roadmap that need no publisher, for the search for private words in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from leaks import Plan, Word, traces
from milemark.foundation.i18n import Language
from milemark.foundation.layout import LLMS
from milemark.output.export.dataset import dataset_files
from milemark.output.export.formats import FORMATS, ExportInput
from milemark.output.site.page import NO_INPUTS
from milemark.output.site.pages import pages
from milemark.output.site.plain_page import llms_text, plain_markdown
from milemark.output.site.renderer import Renderer
from milemark.output.site.share_card import card_svg, cards
from milemark.output.site.share_tags import ShareTags
from milemark.output.text.diagnostics import FORMATS as RENDERINGS
from milemark.output.text.diagnostics import FormatContext
from milemark.output.urls import NO_REPOSITORY, Addresses
from milemark.privacy.attachments import AttachmentFiles, left_out
from milemark.privacy.audience import hidden_in
from milemark.publish.host import HostForm, host_files
from milemark.query.load import checked_for_audience, load_with_bases
from support import in_content

DAY = date(2025, 2, 1)
ENGLISH = Language("en")
RENDERER = Renderer((), ENGLISH, is_directory=True)
ADDRESSES = Addresses("https://example.org/plan/")


def outputs(plan: Plan, audience: str) -> Mapping[str, bytes]:
    """Return all outputs of a roadmap that need no publisher and no history."""
    everything = load_with_bases(plan.content(), DAY)
    loaded = checked_for_audience(everything, audience)
    inputs = replace(NO_INPUTS, bases=loaded.bases)
    rendered = pages(loaded.roadmap, RENDERER, ENGLISH, NO_REPOSITORY, inputs)
    found = {page.path: page.text.encode() for page in rendered}
    tree = {page.path: page.text.encode() for page in rendered}
    found |= {f"host {path}": data for path, data in host_files(tree, HostForm()).items()}
    cards_of = cards(loaded.roadmap)
    found |= {f"card {path}": card_svg(card).encode() for path, card in cards_of.items()}
    tags = ShareTags(loaded.roadmap, ENGLISH, ADDRESSES, dict.fromkeys(cards_of, "card.png"))
    found |= {f"tags {path}": tags.added_to(path, "<head></head>").encode() for path in tags.pages}
    if audience == "public":
        found |= {
            f"text {path}": plain_markdown(data.decode()).encode()
            for path, data in tree.items()
            if path.endswith(".md")
        }
        found[LLMS] = llms_text(loaded.roadmap, ENGLISH, tree, ADDRESSES.markdown_file).encode()
    for each in FORMATS.values():
        made = each.make(ExportInput(loaded.roadmap, ENGLISH, ADDRESSES))
        found |= {f"export {name}": data for name, data in made.items()}
    states = dataset_files(ExportInput(loaded.roadmap, ENGLISH, ADDRESSES), "plan")
    found |= {f"dataset {name}": data for name, data in states.items()}
    context = FormatContext(lambda _path: b"", str, in_content)
    found |= {f"check {name}": render(loaded.diagnostics, context).encode() for name, render in RENDERINGS.items()}
    paths = [path for path in plan.content() if not path.endswith((".md", ".yml"))]
    files = AttachmentFiles(tuple(paths), plan.content().__getitem__)
    lacking = left_out(files, loaded, hidden_in(everything)) if audience == "public" else {}
    return found | {path: plan.content()[path] for path in paths if path not in lacking}


def leaks(found: Mapping[str, bytes], words: list[Word]) -> dict[str, set[Word]]:
    hits = {name: traces(name.encode(), words) | traces(data, words) for name, data in found.items()}
    return {name: each for name, each in hits.items() if each}
