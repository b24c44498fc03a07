/**
 * Asks the engine of the environment about a file, without any agent or wire: to see whether it works.
 *
 *     npx ts-node src/agents/ai/ask.ts --skill summary README.md
 */
import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import type { EngineRequest, Skill } from "../../engines/engine";
import { engineFromEnvironment } from "../../engines/from-environment";
import { wholeNumber } from "../command-line";

interface Flags {
  skill: Skill;
  question?: string;
  most?: number;
}

const skills: Skill[] = ["sentiment", "entities", "key-phrases", "summary"];

const program = new Command("ask")
  .description("Asks the engine of the environment about a text; parts are printed as they come.")
  .argument("<file>", "a text")
  .addOption(new Option("--skill <name>", "what to do").choices(skills).default("summary"))
  .addOption(new Option("--question <text>", "what a summary shall be about"))
  .addOption(new Option("--most <n>", "how many sentences or phrases").argParser(wholeNumber))
  .showHelpAfterError("(--help shows all flags)")
  .action(ask);

/** Prints the answer and what it cost; Ctrl-C stops the engine. Sets the exit code: 1 when there is no answer. */
async function ask(file: string, flags: Flags): Promise<void> {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort(new Error("stopped")));
  try {
    const text = await readFile(file, "utf8");
    await print({ ...flags, text }, stop.signal);
  } catch (error) {
    const { name, message } = error as Error;
    console.error(`ask: ${name === "Error" ? "" : `${name}: `}${message}`);
    process.exitCode = stop.signal.aborted ? 130 : 1;
  }
}

async function print(request: EngineRequest, signal: AbortSignal): Promise<void> {
  const engine = engineFromEnvironment();
  try {
    let written = "";
    const onPart = (part: string) => {
      written += part;
      process.stdout.write(part);
    };
    const streams = request.skill === "summary" ? { onPart } : {};
    const { output, usage } = await engine.complete(request, { signal, ...streams });
    const rest = typeof output === "string" ? output.slice(written.length) : JSON.stringify(output);
    process.stdout.write(`${rest}\n`);
    const { unit, input, output: said, durationMs } = usage;
    const cost = `${input} ${unit} read, ${said} written, ${Math.round(durationMs)} ms`;
    console.log(`[${engine.name}] ${cost}`);
  } finally {
    await engine.close();
  }
}

if (require.main === module) void program.parseAsync();
