// Starts the language server for workspaces with a roadmap.yml, and adds its commands.
import { commands, env, ExtensionContext, extensions, Uri, window, workspace } from "vscode";
import { LanguageClient, State } from "vscode-languageclient/node";

import { find, INSTALL } from "./server";

let client: LanguageClient | undefined;
const output = window.createOutputChannel("milemark", { log: true });

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    output,
    commands.registerCommand("milemark.restart", restart),
    commands.registerCommand("milemark.log", () => output.show()),
    commands.registerCommand("milemark.newItem", newItem),
    commands.registerCommand("milemark.tickTask", tickTask),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("milemark")) void restart();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  if (client?.state === State.Running) await client.stop();
}

async function restart(): Promise<void> {
  await deactivate();
  client = undefined;
  await start();
}

async function start(): Promise<void> {
  if (!workspace.isTrusted) return;
  const settings = workspace.getConfiguration("milemark");
  const command = await find({
    path: settings.get("path", ""),
    interpreter: settings.get("interpreter", ""),
    selected: await selectedInterpreter(),
  });
  if (!command) {
    await sayHowToInstall();
    return;
  }
  output.info(`starting ${[command.command, ...command.args].join(" ")}`);
  const files = [
    { scheme: "file", language: "markdown" },
    { scheme: "file", pattern: "**/roadmap.yml" },
  ];
  client = new LanguageClient("milemark", "milemark", command, { documentSelector: files, outputChannel: output });
  await client.start();
}

async function selectedInterpreter(): Promise<string | undefined> {
  const python = extensions.getExtension("ms-python.python");
  if (!python) return undefined;
  const api = python.isActive ? python.exports : await python.activate();
  const folder = workspace.workspaceFolders?.[0]?.uri;
  return api?.environments?.getActiveEnvironmentPath?.(folder)?.path;
}

async function sayHowToInstall(): Promise<void> {
  const copy = "Copy the command";
  const chosen = await window.showErrorMessage(`milemark was not found. Install it: ${INSTALL}`, copy, "Show the log");
  if (chosen === copy) await env.clipboard.writeText(INSTALL);
  else if (chosen) output.show();
}

async function newItem(): Promise<void> {
  const known = await request<{ name: string; label: string }[]>("milemark.collections");
  if (!known) return;
  const picks = known.map((each) => ({ label: each.label, description: each.name }));
  const collection = await window.showQuickPick(picks, { placeHolder: "The collection of the new item" });
  const title = collection && (await window.showInputBox({ prompt: "The title of the new item" }));
  if (!collection || !title) return;
  const uri = await request<string>("milemark.new", collection.description, title);
  if (uri) await window.showTextDocument(Uri.parse(uri));
}

async function tickTask(): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor) await request("milemark.tick", editor.document.uri.toString(), editor.selection.active.line);
}

async function request<T>(command: string, ...given: unknown[]): Promise<T | undefined> {
  if (!client) return undefined;
  try {
    return await client.sendRequest<T>("workspace/executeCommand", { command, arguments: given });
  } catch (error) {
    void window.showErrorMessage(`milemark: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
