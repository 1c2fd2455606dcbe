"""`milemark mcp`: the server for agents that speak the Model Context Protocol."""

from __future__ import annotations

from dataclasses import replace

from milemark.app.command import command
from milemark.app.options import Options, audience_option
from milemark.foundation.content_folder import content_of, no_content
from milemark.foundation.errors import UserError
from milemark.foundation.layout import PUBLIC


@command("mcp")
@audience_option(PUBLIC)
def mcp(options: Options, audience: str) -> None:
    """Serve agents over stdin and stdout: find, show, query, check, edit and report, for one project and audience.

    Without `--audience private`, agents neither see nor change anything private. The commands, with `milemark
    instructions`, do the same in fewer words.
    """
    try:
        from milemark.app.agent_server.server import agent_server  # an extra, and heavy
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"mcp", "mcp_types"}:
            raise
        raise UserError("the server for agents is an extra: pip install 'milemark[mcp]'") from None
    root = options.root()
    if not content_of(root).path.is_dir():
        raise UserError(no_content(content_of(root)))
    agent_server(replace(options, start_in=root), audience).run("stdio")
