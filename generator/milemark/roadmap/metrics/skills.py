"""Skills and their evidence: the items whose `stack` names a skill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from milemark.foundation.identifiers import word_key
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Collection, Role, Settings, Stage

_BY_CONVENTION = "skills"


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill and the items that prove it."""

    item: Item
    proofs: tuple[Item, ...]

    @property
    def is_held(self) -> bool:
        """Whether the author claims to have it: its stage is done."""
        return self.item.stage is Stage.DONE

    @property
    def is_unproven(self) -> bool:
        """Whether it is claimed, and neither an item nor evidence of its own proves it."""
        return self.is_held and not self.proofs and not self.item.values.get("evidence")

    @property
    def works(self) -> tuple[Item, ...]:
        """The proofs that have begun: work that is planned proves nothing yet, and a record needs no status."""
        begun = (item for item in self.proofs if item.stage or item.role is Role.RECORD)
        return tuple(item for item in begun if item.stage is not Stage.PLANNED)

    @property
    def is_planned(self) -> bool:
        """Whether all its proofs are still planned."""
        return bool(self.proofs) and not self.works

    @property
    def is_proven(self) -> bool:
        """Whether it is claimed, and work that has begun or evidence of its own proves it."""
        return self.is_held and bool(self.works or self.item.values.get("evidence"))


@dataclass(frozen=True, slots=True)
class Category:
    """The skills of one category, held and wanted."""

    title: str
    held: tuple[Skill, ...]
    wanted: tuple[Skill, ...]


# Rejected as proof: words in titles and tasks, since no reader could tell why a skill counts as proven.
def stack_keys(stack: Iterable[str]) -> frozenset[str]:
    """Return the keys of the words in a stack: `BigQuery/Snowflake` counts as itself, BigQuery and Snowflake."""
    return frozenset(word_key(word) for text in stack for word in (text, *text.split("/")) if word.strip())


def skill_keys(title: str, id_: str, aliases: Iterable[str]) -> tuple[str, ...]:
    """Return the keys under which a stack may name a skill, each once."""
    return tuple(dict.fromkeys(map(word_key, (title, id_, *aliases))))


def skill_collection(settings: Settings) -> Collection | None:
    """Return the collection of skills: the one that `policies.evidence` names, else one that is named `skills`."""
    return settings.collections.get(settings.policies.evidence or _BY_CONVENTION)


def skills(roadmap: Roadmap) -> tuple[Skill, ...]:
    """Return each skill with its proofs, in the order of its collection."""
    collection = skill_collection(roadmap.settings)
    if collection is None:
        return ()
    users: dict[str, list[Item]] = {}
    for item in roadmap.items:
        if item.collection.name != collection.name and item.stage is not Stage.DROPPED:
            for word in stack_keys(item.texts("stack")):
                users.setdefault(word, []).append(item)
    return tuple(Skill(item, _proofs(item, users)) for item in roadmap.in_collection(collection.name))


def _proofs(skill: Item, users: dict[str, list[Item]]) -> tuple[Item, ...]:
    keys = skill_keys(skill.title, skill.id, skill.texts("aliases"))
    return tuple({item.id: item for key in keys for item in users.get(key, ())}.values())


def categories(roadmap: Roadmap) -> tuple[Category, ...]:
    """Return the skills that are not dropped by `category`, in the declared order of its choices."""
    collection = skill_collection(roadmap.settings)
    declared = collection.fields.get("category") if collection else None
    groups: dict[str, list[Skill]] = {word: [] for word in (declared.choices if declared else ())}
    for skill in skills(roadmap):
        if skill.item.stage is not Stage.DROPPED:
            groups.setdefault(skill.item.text("category"), []).append(skill)
    return tuple(
        Category(title, tuple(s for s in found if s.is_held), tuple(s for s in found if not s.is_held))
        for title, found in groups.items()
        if found
    )
