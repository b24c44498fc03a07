/** The README promises files and commands: they are there. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ModuleKind, transpileModule } from "typescript";

const root = join(__dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

const found = (pattern: RegExp) => [...readme.matchAll(pattern)].map(([, match]) => match!);
const missing = (paths: string[]) => paths.filter((path) => !existsSync(join(root, path)));

test("every link leads to a file", () => {
  const links = found(/\]\(([^)#:]+)\)/g);
  assert.ok(links.length > 15, "the README has lost its links");
  assert.deepEqual(missing(links), []);
});

test("every agent that is started from a terminal exists", () => {
  const programs = found(/ts-node (\S+\.ts)/g);
  assert.equal(new Set(programs).size, 12);
  assert.deepEqual(missing(programs), []);
});

test("the program in it runs", { timeout: 480_000 }, async () => {
  const [program] = found(/```ts\n([^]*?)```/g);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--require", "ts-node/register/transpile-only", "--eval", `${javaScript(program!)}`],
    { cwd: root },
  );
  assert.equal(stdout, "complete 100 []\n");
});

/** On ports of its own: other tests use the tutorial's. */
function javaScript(program: string): string {
  const anyPort = '"tcp://127.0.0.1:*"';
  const ports = `taskVentilatorAddr: ${anyPort}, resultCollectorAddr: ${anyPort}, controlSyncAddr: ${anyPort}`;
  const { outputText } = transpileModule(
    program.replace("{ tasks: 100", `{ ${ports}, tasks: 100`),
    {
      compilerOptions: { module: ModuleKind.CommonJS },
    },
  );
  return outputText;
}

test("every npm command is a script", () => {
  const names = found(/npm (?:run )?([a-z-]+)/g);
  assert.ok(names.includes("start") && names.includes("test") && names.includes("demo"));
  assert.deepEqual(
    names.filter((name) => !(name in scripts)),
    [],
  );
});
