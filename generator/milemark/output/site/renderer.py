"""Render templates to Markdown with a Jinja environment that escapes data and rejects unknown names.

Generated pages are HTML inside Markdown, since every publisher passes HTML on unchanged, links included. So links are
computed here, from `use_directory_urls`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from jinja2.ext import i18n
from jinja2.runtime import Context
from markupsafe import Markup

from milemark.foundation.errors import UserError
from milemark.foundation.escaping import encodable, html_text, json_text, markdown_text, one_line, url_part
from milemark.foundation.i18n import Language
from milemark.markdown.document import Task
from milemark.markdown.outline import plain_text
from milemark.output.site.home import link_kind
from milemark.output.site.task_labels import task_labels
from milemark.roadmap.metrics.progress import percent
from milemark.roadmap.site_paths import url_path

PACKAGED = "milemark"  # the prefix for templates that extend the packaged one they override
_BESIDE_PACKAGE = Path(__file__).parents[4] / "templates"


_BRACES = re.compile("[{}]")  # characters that Jinja does not escape

# Errors that a template can cause at run time; other errors are bugs and keep their traceback.
_WRONG = (
    jinja2.TemplateError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
)


class TemplateError(UserError):
    """A broken template; the message names the file, the line and the reason."""


class TemplateDataError(TemplateError):
    """A template failed on the data of its page: `place` and `reason` say where and why."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place, self.reason = place, reason

    @property
    def is_own(self) -> bool:
        """Whether the template is the project's own."""
        return not self.place.startswith(str(packaged_templates()))


def packaged_templates() -> Path:
    """Return the folder of the packaged templates: in the package, or in the root of a checkout."""
    packaged = Path(str(resources.files("milemark") / "templates"))
    return packaged if packaged.is_dir() else _BESIDE_PACKAGE


@lru_cache(maxsize=20_000)
def _address(path: str, *, is_directory: bool) -> str:
    return url_part(url_path(path, is_directory=is_directory))


def relative_url(target: str, page: str, *, is_directory: bool) -> str:
    """Return the relative link between two pages, given as paths of Markdown files."""
    goal, here = (_address(path, is_directory=is_directory) for path in (target, page))
    return "../" * here.count("/") + goal or "./"


class Renderer:
    """Renders pages from templates; a project's own folders override the packaged one."""

    def __init__(self, folders: tuple[Path, ...], language: Language, *, is_directory: bool) -> None:
        self.folders = (*folders, packaged_templates())
        self.is_directory = is_directory
        own = tuple(sorted(path for folder in folders for path in folder.rglob("*.jinja")))
        _refuse_unreadable(own)
        self.environment = _environment(self.folders, own, language, is_directory=is_directory)

    def one(self, name: str, values: Mapping[str, Any]) -> str:
        """Render a template."""
        return self.body([name], values)

    def body(self, names: list[str], values: Mapping[str, Any]) -> str:
        """Render the first existing template of several names."""
        try:
            template = self.environment.select_template(names)
            return encodable(template.render(values).strip()) + "\n"
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(f"{error.filename or error.name}:{error.lineno}: {error.message}") from error
        except (jinja2.TemplateNotFound, RecursionError) as error:
            raise TemplateError(f"{_place(error, names[0])}: {_reason(error)}") from error
        except _WRONG as error:
            raise TemplateDataError(_place(error, names[0]), _reason(error)) from error


def _refuse_unreadable(templates: tuple[Path, ...]) -> None:
    for path in templates:
        try:
            path.read_text("utf-8")
        except UnicodeDecodeError as error:
            raise TemplateError(f"{path}: this file is not UTF-8 text\n  = save it as UTF-8") from error


@lru_cache(maxsize=2)
def _environment(
    folders: tuple[Path, ...], _own: tuple[Path, ...], language: Language, *, is_directory: bool
) -> jinja2.Environment:
    """Return the environment, cached by folders and own templates: Jinja notices changed templates, but no new ones."""
    environment = jinja2.Environment(
        loader=_loader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_as_data,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        optimized=False,  # packaged templates hold few constants, and compiling takes a part of each start
        extensions=[i18n],
    )

    @jinja2.pass_context
    def href(context: Context, target: str) -> str:
        folding = context.get("fold")  # rows may be rendered for another page than that of the template
        return relative_url(target, folding.page if folding else context["page"], is_directory=is_directory)

    @jinja2.pass_context
    def task(context: Context, given: Task) -> str:
        """Return the text of a task, with the marks of tools as labels."""
        plain = plain_text(given.text)
        labelled = task_labels(language, context["roadmap"], plain, given.mark)
        return Markup(f"{html_text(labelled[0])} {labelled[1]}") if labelled else plain  # noqa: S704  escaped above

    environment.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        href=href,
        heading=_heading,
        option=_option,
        plain=plain_text,
        task=task,
        percent=percent,
        link_kind=link_kind,
        date=language.date,
        tick=language.tick,
    )
    return environment


def _loader(folders: tuple[Path, ...]) -> jinja2.BaseLoader:
    """Load templates by name from the first folder that has them, or by `milemark/NAME` from the packaged one."""
    packaged = jinja2.PrefixLoader({PACKAGED: jinja2.FileSystemLoader(str(folders[-1]))})
    return jinja2.ChoiceLoader([jinja2.FileSystemLoader([str(folder) for folder in folders]), packaged])


def _reason(error: BaseException) -> str:
    """Return the error of a template in one line."""
    if isinstance(error, jinja2.TemplateNotFound):  # for several names, the message lists them
        return f"there is no template {error.name}" if error.name else str(error.message)
    if isinstance(error, RecursionError):
        return f"this template is made of itself; the packaged one is named {PACKAGED}/…"
    known = isinstance(error, jinja2.TemplateError)
    return " ".join((str(error) if known else f"{type(error).__name__}: {error}").split())


def _place(error: BaseException, name: str) -> str:
    """Return the file and line of the innermost template in a traceback."""
    place, trace = name, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(".jinja"):
            place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _as_data(value: object) -> object:
    """Escape data for a page; the output of templates is Markup already."""
    if type(value) is not str or (value.isprintable() and not _BRACES.search(value)):
        return value
    return Markup(html_text(value))  # noqa: S704  escaped above


def _option(value: str | Sequence[str]) -> Markup:
    """Quote a value for an option of a query block: `from: {{ name|option }}`."""
    found = one_line(value) if isinstance(value, str) else [one_line(each) for each in value]
    return Markup(json_text(found))  # noqa: S704  the block is parsed, never shown


def _heading(text: str) -> Markup:
    return Markup(markdown_text(text))  # noqa: S704  escaped above
