"""The blocks of docs/editors.md, in the editors themselves, against the real server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from support import BIN, ROOT, write_content

PAGE = (ROOT / "docs/editors.md").read_text("utf-8")
FILES = {
    "roadmap.yml": "statuses: {Doing: active, Done: done}\ncollections: {projects: {fields: {due: {type: date}}}}\n",
    "projects/shop.md": "---\ntitle: 가게 📅\nstatus: Dong\ndue: 2025-Q1\ndepends_on: [accounts]\n---\n"
    "[📅](accounts.md)\n",
    "projects/accounts.md": "# Accounts\n",
}
# What a user does in Neovim: wait for findings, complete, read a card, correct, rename, save.
SCRIPT = """\
local function wait(check) assert(vim.wait(60000, check, 50), 'nothing came in time') end
local function ask(method, row, column)
  vim.api.nvim_win_set_cursor(0, { row, column })
  local client = vim.lsp.get_clients({ bufnr = 0 })[1]
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  return client:request_sync(method, params, 30000).result
end
local function words(row, column)
  local names = {}
  for _, each in ipairs(ask('textDocument/completion', row, column).items) do table.insert(names, each.label) end
  return names
end
local function codes()
  return vim.tbl_map(function(each) return each.code end, vim.diagnostic.get(0))
end
local answers = {}
vim.cmd.edit('content/projects/shop.md')
wait(function() return vim.tbl_contains(codes(), 'MM204') end)
answers.codes = codes()
answers.statuses = words(3, 8)
wait(function() answers.ids = words(5, 13); return #answers.ids > 0 end)
answers.card = ask('textDocument/hover', 5, 15).contents.value
answers.definition = ask('textDocument/definition', 5, 15)
vim.api.nvim_buf_set_text(0, 2, 8, 2, 12, { 'Done' })
wait(function() return #codes() == 0 end)
vim.api.nvim_win_set_cursor(0, { 5, 15 })
vim.lsp.buf.rename('users')
wait(function() return vim.api.nvim_buf_get_lines(0, 4, 5, false)[1] == 'depends_on: [users]' end)
vim.cmd.wall()
local out = assert(io.open('answers.json', 'w'))
out:write(vim.json.encode(answers))
out:close()
vim.cmd.qall({ bang = true })
"""


def block(heading: str, language: str) -> str:
    """Return the block of a language below a heading of the page."""
    section = re.split(rf"^## {heading}$", PAGE, flags=re.MULTILINE)[1].split("\n## ", 1)[0]
    return section.split(f"```{language}\n", 1)[1].split("```", 1)[0]


def neovim() -> str:
    """Return Neovim 0.11 or newer, of the environment or of the system; else skip the test."""
    found = next((each for each in (str(BIN / "nvim"), shutil.which("nvim")) if each and Path(each).exists()), None)
    if found is None:
        pytest.skip("Neovim is not installed")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    if tuple(map(int, version.strip("v").split("-", 1)[0].split(".")[:2])) < (0, 11):
        pytest.skip(f"Neovim {version} is older than 0.11")
    return found


@pytest.mark.slow
def test_neovim_serves_a_roadmap_with_the_block_of_the_page(tmp_path: Path) -> None:
    write_content(tmp_path, FILES)
    (tmp_path / "init.lua").write_text(block("Neovim", "lua"))
    (tmp_path / "script.lua").write_text(SCRIPT)
    folders = {name: str(tmp_path / "xdg") for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    env = {**os.environ, **folders, "PATH": f"{BIN}:{os.environ['PATH']}"}
    command = [neovim(), "--headless", "-u", "init.lua", "-c", "luafile script.lua", "-c", "cquit"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert (tmp_path / "answers.json").exists(), done.stderr
    answers: dict[str, Any] = json.loads((tmp_path / "answers.json").read_text())
    assert answers["codes"] == ["MM204"]
    assert answers["statuses"] == ["Doing", "Done"]
    assert answers["ids"] == ["accounts"]
    assert "Accounts" in answers["card"]
    assert "accounts.md" in json.dumps(answers["definition"])
    assert sorted(path.name for path in (tmp_path / "content/projects").iterdir()) == ["shop.md", "users.md"]
    assert "[users]\n---\n[📅](users.md)" in (tmp_path / "content/projects/shop.md").read_text()


def test_the_block_for_helix_names_the_server_and_the_root_of_a_roadmap() -> None:
    found = tomllib.loads(block("Helix", "toml"))
    server, (language,) = found["language-server"]["milemark"], found["language"]
    assert (server["command"], server["args"], language["language-servers"]) == ("milemark", ["lsp"], ["milemark"])
    assert language["name"] == "markdown"


def test_the_block_for_sublime_text_is_json() -> None:
    assert json.loads(block("Sublime Text", "json"))["clients"]["milemark"]["command"] == ["milemark", "lsp"]
