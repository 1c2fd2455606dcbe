"""One long file whose headings are items, such as a ROADMAP.md."""

from __future__ import annotations

from milemark.foundation.i18n import counted
from milemark.imports.imported import Converter, Import, Imported, Value
from milemark.markdown.document import Document, scalars
from milemark.roadmap.heading_items import read_heading_items
from milemark.roadmap.heading_levels import likely_level
from milemark.roadmap.schema import CORE_FIELDS, is_reference, item_id
from milemark.roadmap.settings import Collection, Settings


def read_one_file(document: Document, level: int, settings: Settings, collection: Collection | None) -> Import:
    """Return the items of a file: its headings of a level, or of the likely one."""
    chosen = level or likely_level(settings, document)
    found = read_heading_items(settings, document, chosen)
    converter = Converter(settings, collection)
    sources = {item_id(each): f"{document.path}#{item_id(each)}" for each in found.items}
    items = tuple(_item(converter, each, sources) for each in found.items)
    rest = [line for line in found.page.body.split("\n") if line.strip()]
    notes = [f"read the headings of level {chosen}" + ("" if level else "; --level reads others")]
    notes += [f"left out: {counted(len(rest), 'line')} outside of these headings"] if rest else []
    return Import(items, (*notes, *converter.notes))


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
