// Starts the language server for workspaces with a roadmap.yml, and adds its commands.
import { commands, Disposable, env, ExtensionContext, extensions, Uri, window, workspace } from "vscode";
import { LanguageClient, State } from "vscode-languageclient/node";

import { find, INSTALL, missing, place, Places } from "./server";

let client: LanguageClient | undefined;
let work: Promise<void> = Promise.resolve(); // one start or stop after the other
const output = window.createOutputChannel("milemark", { log: true });

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    output,
    commands.registerCommand("milemark.restart", restart),
    commands.registerCommand("milemark.log", () => output.show()),
    commands.registerCommand("milemark.newItem", newItem),
    commands.registerCommand("milemark.tickTask", tickTask),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("milemark.path") || event.affectsConfiguration("milemark.interpreter")) void restart();
    }),
  );
  void commands.executeCommand("setContext", "milemark.isActive", true);
  const environments = await pythonEnvironments();
  if (environments?.onDidChangeActiveEnvironmentPath) {
    context.subscriptions.push(environments.onDidChangeActiveEnvironmentPath(() => void restart()));
  }
  await restart();
}

export async function deactivate(): Promise<void> {
  await work;
  await stop();
}

function restart(): Promise<void> {
  work = work.then(stop).then(start).catch(sayThatItFailed);
  return work;
}

async function stop(): Promise<void> {
  const old = client;
  client = undefined;
  if (old?.state === State.Running) await old.stop();
}

async function start(): Promise<void> {
  if (!workspace.isTrusted) return;
  const settings = workspace.getConfiguration("milemark");
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
  const places: Places = {
    path: place(settings.get("path", ""), folder),
    interpreter: place(settings.get("interpreter", ""), folder),
    selected: await selectedInterpreter(),
  };
  const command = await find(places);
  if (!command) {
    void sayHowToInstall(missing(places));
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

interface PythonEnvironments {
  getActiveEnvironmentPath?(folder?: Uri): { path: string } | undefined;
  onDidChangeActiveEnvironmentPath?(changed: () => void): Disposable;
}

async function pythonEnvironments(): Promise<PythonEnvironments | undefined> {
  const python = extensions.getExtension("ms-python.python");
  try {
    return (python?.isActive ? python.exports : await python?.activate())?.environments;
  } catch {
    return undefined; // without it, milemark is found elsewhere
  }
}

async function selectedInterpreter(): Promise<string | undefined> {
  const environments = await pythonEnvironments();
  return environments?.getActiveEnvironmentPath?.(workspace.workspaceFolders?.[0]?.uri)?.path;
}

async function sayHowToInstall(message: string): Promise<void> {
  output.error(message);
  const copy = "Copy the command";
  const chosen = await window.showErrorMessage(message, copy, "Show the log");
  if (chosen === copy) await env.clipboard.writeText(INSTALL);
  else if (chosen) output.show();
}

async function sayThatItFailed(error: unknown): Promise<void> {
  const message = `milemark: ${error instanceof Error ? error.message : String(error)}`;
  output.error(message);
  if (await window.showErrorMessage(message, "Show the log")) output.show();
}

interface Collection {
  name: string;
  label: string;
  root: string;
}

async function newItem(): Promise<void> {
  const known = await request<Collection[]>("milemark.collections");
  if (!known) return;
  const isOne = new Set(known.map((each) => each.root)).size < 2;
  const described = (each: Collection) => (isOne ? each.name : `${each.name}, ${workspace.asRelativePath(Uri.parse(each.root))}`);
  const picks = known.map((each) => ({ label: each.label, description: described(each), collection: each }));
  const pick = await window.showQuickPick(picks, { placeHolder: "The collection of the new item" });
  const title = pick && (await window.showInputBox({ prompt: "The title of the new item" }));
  if (!title) return;
  const uri = await request<string>("milemark.new", pick.collection.name, title, pick.collection.root);
  if (uri) await window.showTextDocument(Uri.parse(uri));
}

async function tickTask(): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor) return;
  const isDone = await request<boolean>("milemark.tick", editor.document.uri.toString(), editor.selection.active.line);
  if (isDone === false) void window.showInformationMessage("milemark: there is no task on this line");
}

async function request<T>(command: string, ...given: unknown[]): Promise<T | undefined> {
  if (!client?.initializeResult?.capabilities.executeCommandProvider) {
    void window.showErrorMessage("milemark: no language server runs for a roadmap.yml of this workspace", "Show the log").then(
      (chosen) => chosen && output.show(),
    );
    return undefined;
  }
  try {
    return await client.sendRequest<T>("workspace/executeCommand", { command, arguments: given });
  } catch (error) {
    void window.showErrorMessage(`milemark: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
