// The command that starts the language server: the first of these that works.
import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

export interface Command {
  command: string;
  args: string[];
}

export interface Places {
  path: string;
  interpreter: string;
  selected: string | undefined;
}

export const INSTALL = "pip install 'milemark[lsp]'";

/** The commands to try, the one that the user chose first; a chosen one that fails is not replaced by another. */
export function candidates(places: Places): Command[] {
  if (places.path) return [{ command: places.path, args: ["lsp"] }];
  if (places.interpreter) return [ofInterpreter(places.interpreter)];
  return [
    ...(places.selected ? [ofInterpreter(places.selected)] : []),
    { command: "milemark", args: ["lsp"] },
    { command: "uvx", args: ["--from", "milemark[lsp]", "milemark", "lsp"] },
  ];
}

function ofInterpreter(python: string): Command {
  return { command: python, args: ["-m", "milemark", "lsp"] };
}

/** The first command that knows `lsp`, or undefined. */
export async function find(places: Places, works: (command: Command) => Promise<boolean> = answers): Promise<Command | undefined> {
  for (const each of candidates(places)) {
    if (await works(each)) return each;
  }
  return undefined;
}

/** Whether a command serves: it starts, and ends in peace when its input ends. One without the extra `lsp` does not. */
export function answers(command: Command): Promise<boolean> {
  return new Promise((resolve) => {
    const child = execFile(command.command, command.args, { timeout: 60_000, windowsHide: true }, (error) => resolve(!error));
    child.stdin?.on("error", () => undefined);
    child.stdin?.end();
  });
}

/** A program of the settings, whose place may begin with ~ or ${workspaceFolder}, or be relative to the workspace. */
export function place(written: string, folder: string | undefined): string {
  const path = written
    .trim()
    .replace(/^~(?=[/\\])/, homedir())
    .replaceAll("${workspaceFolder}", folder ?? "");
  return folder && /[/\\]/.test(path) && !isAbsolute(path) ? join(folder, path) : path;
}

/** What to say if no command serves. */
export function missing(places: Places): string {
  const [name, chosen] = places.path ? ["milemark.path", places.path] : ["milemark.interpreter", places.interpreter];
  if (chosen) return `${chosen} (setting ${name}) has no language server. Correct the setting, or install it there: ${INSTALL}`;
  return `milemark was not found. Install it: ${INSTALL}`;
}
