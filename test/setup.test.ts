import { strict as assert } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, describe, it } from "node:test";

// npm, pip and Python are stubs here that do or print what the real ones would; the rest is real.
const repository = path.join(__dirname, "..");
const hasShebangs = process.platform !== "win32";
let folder: string;
let clone: string;
let bin: string;

describe(
  "set-up",
  { timeout: 240_000, skip: !hasShebangs && "the stubs are scripts with a #!" },
  () => {
    beforeEach(makeClone);
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

    it("sets up a clone in a folder with a space, and has nothing left to do the second time", () => {
      const first = setup();
      assert.equal(first.status, 0, first.output);
      assert.match(
        first.output,
        /npm packages .*done[^]*Compiling src .*done[^]*JupyterLab .*done/,
      );
      const second = setup();
      assert.equal(second.output.trim(), "Everything is set up. npm start opens the tutorial.");
      assert.deepEqual(fs.readdirSync(path.join(folder, "home")), []);
    });

    it("registers a kernel that starts by absolute paths", () => {
      setup();
      const file = path.join(clone, ".venv/share/jupyter/kernels/tslab/kernel.json");
      assert.deepEqual(JSON.parse(fs.readFileSync(file, "utf8")), {
        argv: [
          process.execPath,
          path.join(clone, "dist/notebook/kernel.js"),
          "--config-path",
          "{connection_file}",
        ],
        display_name: "TypeScript",
        language: "typescript",
      });
    });

    it("makes .venv anew when requirements.txt changed or the clone was moved", () => {
      setup();
      fs.appendFileSync(path.join(clone, "requirements.txt"), "another==1.0\n");
      assert.match(setup().output, /Installing JupyterLab/);
      const moved = path.join(folder, "moved");
      fs.renameSync(clone, moved);
      clone = moved;
      const result = setup();
      assert.match(result.output, /Installing JupyterLab/);
      assert.doesNotMatch(result.output, /npm packages/);
    });

    it("installs the npm packages anew when the lock file changed", () => {
      setup();
      writeLock("2.0.0");
      assert.match(setup().output, /npm packages .*done/);
    });

    it("drops what was compiled from a source that is gone", () => {
      fs.writeFileSync(path.join(clone, "src", "old.ts"), "export const old = 1;\n");
      setup();
      assert.ok(exists("dist/old.js"));
      fs.rmSync(path.join(clone, "src", "old.ts"));
      setup();
      assert.ok(!exists("dist/old.js") && !exists("dist/old.d.ts"));
      assert.ok(exists("dist/index.js"));
    });

    it("shows a type error, sets up all the same, and lets no test run", () => {
      fs.writeFileSync(path.join(clone, "src", "index.ts"), 'export const one: number = "1";\n');
      const result = setup("test");
      assert.equal(result.status, 1);
      assert.match(result.output, /src\/index\.ts\(1,14\): error TS2322/);
      assert.ok(exists("dist/index.js") && exists(".venv"));
    });

    it("asks for a newer Node", () => {
      const old = path.join(folder, "old-node.cjs");
      const versions = JSON.stringify({ ...process.versions, node: "18.20.4" });
      fs.writeFileSync(old, `Object.defineProperty(process, "versions", { value: ${versions} });`);
      const result = setupWith(["--require", old]);
      assert.equal(result.status, 1);
      assert.match(result.output, /Node 20\.19 or newer is needed, and this is Node 18\.20\.4/);
      assert.match(result.output, /nodejs\.org/);
    });

    it("asks for Python before it loads anything", () => {
      fs.rmSync(path.join(bin, "python3"));
      const result = setup();
      assert.equal(result.status, 1);
      assert.match(result.output, /Python 3\.10 or newer is needed: no python3/);
      assert.match(result.output, /apt install python3/);
      assert.ok(!exists("node_modules/.package-lock.json") && !exists(".venv"));
    });

    it("names a Python that is too old, and prefers a newer one", () => {
      stubPython("python3", { version: "3.8.10", enough: false });
      assert.match(setup().output, /3\.10 or newer is needed: python3 is Python 3\.8\.10/);
      stubPython("python3.12", { version: "3.12.1", enough: true, venv: true });
      assert.equal(setup().status, 0);
    });

    it("names the package that a Python without venv lacks", () => {
      stubPython("python3", { version: "3.11.2", enough: true, venv: false });
      const result = setup();
      assert.equal(result.status, 1);
      assert.match(
        result.output,
        /python3 \(Python 3\.11\.2\) lacks[^]*apt install python3\.11-venv/,
      );
    });

    it("says when npm finds no network", () => {
      stub(
        "npm",
        "console.error('npm error code EAI_AGAIN\\nnpm error request failed'); process.exit(1)",
      );
      const result = setup();
      assert.equal(result.status, 1);
      assert.match(result.output, /npm packages cannot be installed: no connection to the network/);
      assert.ok(!exists("node_modules"));
    });

    for (const [what, said, expected] of [
      [
        "no network",
        "NewConnectionError: Failed to establish a new connection: [Errno -2] Name or service not known",
        /JupyterLab cannot be installed: no connection to the network/,
      ],
      [
        "a full disk",
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        /JupyterLab cannot be installed: the disk is full/,
      ],
      [
        "its own reasons",
        "ERROR: Hash mismatch",
        /JupyterLab cannot be installed\.[^]*ERROR: Hash mismatch/,
      ],
    ] as const) {
      it(`leaves no half-made .venv when pip fails for ${what}`, () => {
        stubPip(`console.error(${JSON.stringify(said)}); process.exit(1)`);
        const result = setup();
        assert.equal(result.status, 1);
        assert.match(result.output, expected);
        assert.ok(!exists(".venv"));
      });
    }

    it("leaves no half-made .venv after Ctrl-C", async () => {
      stubPip("setInterval(() => {}, 1000)");
      const child = spawn(process.execPath, ["setup.cjs"], { cwd: clone, env: environment() });
      await untilPrinted(child.stdout, /Installing JupyterLab/);
      await untilThere(path.join(clone, ".venv", "pip-runs"));
      child.kill("SIGINT");
      const code = await new Promise((resolve) => child.on("close", resolve));
      assert.equal(code, 130);
      assert.ok(!exists(".venv"));
    });

    it("names its commands to whoever asks for another one", () => {
      const result = setup("frobnicate");
      assert.equal(result.status, 1);
      assert.match(
        result.output,
        /no command "frobnicate"[^]*npm run setup[^]*npm start[^]*npm test/,
      );
    });
  },
);

function makeClone(): void {
  folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "set up "));
  [clone, bin] = [path.join(folder, "a clone"), path.join(folder, "bin")];
  for (const name of ["a clone/src", "bin", "home"])
    fs.mkdirSync(path.join(folder, name), { recursive: true });
  for (const name of ["setup.cjs", ".setup", "package.json", "requirements.txt"]) {
    fs.cpSync(path.join(repository, name), path.join(clone, name), { recursive: true });
  }
  // The smallest library, as reading the default one takes seconds.
  const options = { types: [], lib: ["es5"], rootDir: "src", outDir: "dist", declaration: true };
  fs.writeFileSync(
    path.join(clone, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, include: ["src"] }),
  );
  fs.writeFileSync(path.join(clone, "src", "index.ts"), "export const one = 1;\n");
  writeLock("1.0.0");
  const typescript = path.join(repository, "node_modules", "typescript");
  stub(
    "npm",
    `fs.rmSync("node_modules", { recursive: true, force: true });
     fs.mkdirSync("node_modules");
     fs.symlinkSync(${JSON.stringify(typescript)}, "node_modules/typescript");
     fs.copyFileSync("package-lock.json", "node_modules/.package-lock.json");`,
  );
  stubPip("");
}

function writeLock(version: string): void {
  const packages = { "": {}, "node_modules/one": { version } };
  fs.writeFileSync(path.join(clone, "package-lock.json"), JSON.stringify({ packages }));
}

/** A Python whose `-m venv` copies it to .venv/bin, and whose `-m pip` runs the given code. */
function stubPip(pip: string): void {
  stubPython("python3", { version: "3.11.2", enough: true, venv: true }, pip);
}

function stubPython(name: string, answer: object, pip = ""): void {
  const executable = path.join(bin, name);
  stub(
    name,
    `const [option, name, target] = process.argv.slice(2);
     if (option === "-c") console.log(${JSON.stringify(JSON.stringify({ ...answer, executable }))});
     if (name === "venv") {
       fs.mkdirSync(target + "/bin", { recursive: true });
       fs.copyFileSync(__filename, target + "/bin/python");
     }
     if (name === "pip") {
       fs.writeFileSync(__dirname + "/../pip-runs", "");
       ${pip}
     }`,
  );
}

function stub(name: string, code: string): void {
  const shebang = `#!${process.execPath}\n`;
  fs.writeFileSync(path.join(bin, name), `${shebang}const fs = require("node:fs");\n${code}\n`);
  fs.chmodSync(path.join(bin, name), 0o755);
}

function setup(...args: string[]): { status: number | null; output: string } {
  return setupWith([], ...args);
}

function setupWith(
  nodeOptions: string[],
  ...args: string[]
): { status: number | null; output: string } {
  const result = spawnSync(process.execPath, [...nodeOptions, "setup.cjs", ...args], {
    cwd: clone,
    env: environment(),
    encoding: "utf8",
  });
  return { status: result.status, output: result.stdout + result.stderr };
}

/** Nothing but the stubs is on the PATH. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: bin, HOME: path.join(folder, "home") };
}

function exists(name: string): boolean {
  return fs.existsSync(path.join(clone, name));
}

async function untilPrinted(stream: Readable, pattern: RegExp): Promise<void> {
  let text = "";
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (pattern.test(text)) return;
  }
  assert.fail(`${pattern.source} was never printed, but:\n${text}`);
}

async function untilThere(file: string): Promise<void> {
  while (!fs.existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
}
