// The server is found as the user set it up, and the real one answers the protocol.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";

import { answers, candidates, find, missing, place } from "../server";

const NOTHING = { path: "", interpreter: "", selected: undefined };
const server = { command: process.env.MILEMARK ?? "milemark", args: ["lsp"] };

test("a chosen program or interpreter is the only one that is tried", () => {
  assert.deepEqual(candidates({ ...NOTHING, path: "/x/milemark", selected: "/py" }), [{ command: "/x/milemark", args: ["lsp"] }]);
  assert.deepEqual(candidates({ ...NOTHING, interpreter: "/py" }), [{ command: "/py", args: ["-m", "milemark", "lsp"] }]);
});

test("otherwise the selected interpreter, PATH and uvx follow each other", async () => {
  const tried: string[] = [];
  const found = await find({ ...NOTHING, selected: "/py" }, async (each) => {
    tried.push(each.command);
    return each.command === "uvx";
  });
  assert.deepEqual(tried, ["/py", "milemark", "uvx"]);
  assert.equal(found?.command, "uvx");
  assert.equal(await find(NOTHING, async () => false), undefined);
});

test("a program that is not there, or has no language server, does not answer", async () => {
  assert.equal(await answers({ command: "/nowhere/milemark", args: ["lsp"] }), false);
  assert.equal(await answers({ command: process.execPath, args: ["-e", "process.exit(2)"] }), false);
  assert.equal(await answers({ command: process.execPath, args: ["-e", "process.stdin.resume()"] }), true);
});

test("a program of the settings may be relative to the workspace", () => {
  assert.equal(place("${workspaceFolder}/.venv/bin/milemark", "/plan"), "/plan/.venv/bin/milemark");
  assert.equal(place(".venv/bin/milemark", "/plan"), join("/plan", ".venv/bin/milemark"));
  assert.equal(place("~/bin/milemark", "/plan"), `${homedir()}/bin/milemark`);
  assert.equal(place("milemark", "/plan"), "milemark");
});

test("the message names the setting that is wrong, or how to install", () => {
  assert.match(missing({ ...NOTHING, path: "/x/milemark" }), /^\/x\/milemark \(setting milemark\.path\)/);
  assert.match(missing(NOTHING), /pip install 'milemark\[lsp\]'$/);
});

test("the real server is found, and sends the findings of an open file", async () => {
  assert.equal(await answers(server), true);
  const root = mkdtempSync(join(tmpdir(), "milemark-"));
  mkdirSync(join(root, "content/projects"), { recursive: true });
  writeFileSync(join(root, "content/roadmap.yml"), "collections: {projects: {}}\n");
  const child = spawn(server.command, server.args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  connection.listen();
  const rootUri = pathToFileURL(root).toString();
  const answer = (await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri,
    capabilities: {},
    workspaceFolders: [{ uri: rootUri, name: "plan" }],
  })) as { capabilities: { completionProvider?: object } };
  assert.ok(answer.capabilities.completionProvider);
  const found = new Promise<string[]>((resolve) =>
    connection.onNotification("textDocument/publishDiagnostics", (params: { diagnostics: { code: string }[] }) =>
      resolve(params.diagnostics.map((each) => each.code)),
    ),
  );
  await connection.sendNotification("initialized", {});
  const uri = pathToFileURL(join(root, "content/projects/가게.md")).toString();
  const text = "---\ntitle: 가게 📅\ndue: March 2027\n---\n";
  await connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "markdown", version: 1, text } });
  assert.deepEqual(await found, ["MM206"]);
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  connection.end();
  child.kill();
});
