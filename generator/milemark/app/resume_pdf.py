"""The résumé as PDF, set by Typst where it is installed (`pip install 'milemark[pdf]'`)."""

from __future__ import annotations

from milemark.foundation.errors import UserError
from milemark.foundation.escaping import json_text
from milemark.foundation.i18n import Language, _
from milemark.output.site.renderer import packaged_templates

_TEMPLATE = "resume.typ"
_LABELS = {
    "now": _("now"),
    "work": _("Work"),
    "education": _("Education"),
    "projects": _("Selected work"),
    "skills": _("Skills"),
    "certificates": _("Certificates"),
    "awards": _("Awards"),
    "publications": _("Talks"),
    "languages": _("Languages"),
    "details": _("Career details"),
}


def resume_pdf(resume: bytes, language: Language) -> bytes:
    """Return a résumé in JSON as PDF. Raises UserError without the library."""
    try:
        import typst  # only the extra has it
    except ImportError as error:
        raise UserError("the PDF needs Typst: run pip install 'milemark[pdf]', or print the page resume/") from error
    labels = {name: language.gettext(label) for name, label in _LABELS.items()} | {"lang": language.locale}
    inputs = {"resume": resume.decode(), "labels": json_text(labels)}
    return bytes(typst.compile((packaged_templates() / _TEMPLATE).read_bytes(), format="pdf", sys_inputs=inputs))
