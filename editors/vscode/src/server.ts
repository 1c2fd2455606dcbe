// The command that starts the language server: the first of these that works.
import { execFile } from "node:child_process";

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

/** Whether a command has a language server: its help says so. */
export function answers(command: Command): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command.command, [...command.args, "--help"], { timeout: 60_000, windowsHide: true }, (error) => resolve(!error));
  });
}
