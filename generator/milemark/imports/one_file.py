"""One long file whose headings are items, such as a ROADMAP.md."""

from __future__ import annotations

from milemark.foundation.i18n import counted
from milemark.imports.imported import Converter, Import, Imported, Value
from milemark.markdown.document import Document, scalars
from milemark.roadmap.heading_items import read_heading_items
from milemark.roadmap.heading_marks import read_marks
from milemark.roadmap.schema import CORE_FIELDS, is_reference, item_id
from milemark.roadmap.settings import Collection, Settings

_DEEPEST = 3
_MOST = 0.5  # of the headings of a level: if more are dates and statuses, the items are one level deeper


def read_one_file(document: Document, level: int, settings: Settings, collection: Collection | None) -> Import:
    """Return the items of a file: its headings of a level, or of the first level that is no list of dates."""
    chosen = level or likely_level(settings, document)
    found = read_heading_items(settings, document, chosen)
    converter = Converter(settings, collection)
    sources = {item_id(each): f"{document.path}#{item_id(each)}" for each in found.items}
    items = tuple(_item(converter, each, sources) for each in found.items)
    rest = [line for line in found.page.body.split("\n") if line.strip()]
    notes = [f"read the headings of level {chosen}"]
    notes += [f"left out: {counted(len(rest), 'line')} outside of these headings"] if rest else []
    return Import(items, (*notes, *converter.notes))


def likely_level(settings: Settings, document: Document) -> int:
    """Return 2, or 3 if most headings of level 2 are dates or statuses, with items below them."""
    outer = [each for each in document.headings if not each.is_nested]
    levels = {each.level for each in outer}
    for level in range(2, _DEEPEST + 1):
        own = [each.text for each in outer if each.level == level]
        groups = [text for text in own if not read_marks(settings, text, is_whole=True).text]
        if own and (len(groups) <= _MOST * len(own) or level + 1 not in levels):
            return level
    return 2


def _item(converter: Converter, document: Document, sources: dict[str, str]) -> Imported:
    id_ = item_id(document)
    values = {key.text: tuple(each.text for each in scalars(node)) for key, node in reversed(document.fields.entries)}
    names = [name for name in values if name in CORE_FIELDS and is_reference(CORE_FIELDS[name])]
    references = {name: tuple(sources[each] for each in values[name] if each in sources) for name in names}
    for name in names:
        for each in values[name]:
            if each not in sources:
                converter.note(f'left out: {name} "{each[:40]}", which is no item of the file')
    pairs: list[tuple[str, Value]] = [(name, each) for name, each in values.items() if name not in {*names, "id"}]
    fields = converter.fields(sorted(pairs, key=lambda pair: [*CORE_FIELDS, pair[0]].index(pair[0])))
    return Imported(sources[id_], id_, fields, document.body, references, origins=(document,))
