"""`milemark lsp`: the language server that editors start."""

from __future__ import annotations

import click

from milemark.app.command import command
from milemark.app.options import Options
from milemark.foundation.errors import UserError


@command("lsp")
@click.option("--stdio", is_flag=True, help="Speak over stdin and stdout, as it does in any case.")
def lsp(options: Options, *, stdio: bool) -> None:  # noqa: ARG001  editors pass it to every server
    """Serve editors: findings as you type, completion, cards, links between items, and changes.

    It serves the projects with a roadmap.yml that the editor has open.
    """
    try:
        from milemark.app.language_server.features import register  # an extra, and heavy
        from milemark.app.language_server.server import MilemarkServer, serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"pygls", "lsprotocol"}:
            raise
        raise UserError("the language server is an extra: pip install 'milemark[lsp]'") from None
    serve(MilemarkServer(), register)
