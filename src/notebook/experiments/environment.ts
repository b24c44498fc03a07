/** What this notebook runs on, beside what the tutorial is made for. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { version as libzmq } from "zeromq";

/** A program or package, and whether it has the version the tutorial is tested with. */
export interface Ingredient {
  name: string;
  version: string;
  /** The exact version; a leading ≥ means that or newer. */
  expected: string;
  fits: "✔" | "✗ run npm ci";
}

/** The libzmq inside the zeromq.js of package.json. */
const EXPECTED_LIBZMQ = "4.3.5";

interface Manifest {
  version: string;
  engines: { node: string };
  dependencies: Record<"zeromq" | "tslab", string>;
}

/** Lists the programs the tutorial stands on. @throws Error outside a notebook with the TypeScript kernel. */
export function environment(): Ingredient[] {
  const { engines, dependencies } = readManifest(resolve(__dirname, "../../../package.json"));
  const zeromq = dirname(dirname(createRequire(__filename).resolve("zeromq")));
  return [
    ingredient("Node.js", process.versions.node, engines.node.replace(">=", "≥ ")),
    ingredient(
      "zeromq.js",
      readManifest(join(zeromq, "package.json")).version,
      dependencies.zeromq,
    ),
    ingredient("libzmq, inside zeromq.js", libzmq, EXPECTED_LIBZMQ),
    ingredient("tslab, the kernel", readManifest(tslabManifest()).version, dependencies.tslab),
  ];
}

function ingredient(name: string, version: string, expected: string): Ingredient {
  const fits = expected.startsWith("≥")
    ? isAtLeast(version, expected.replace("≥ ", ""))
    : version === expected;
  return { name, version, expected, fits: fits ? "✔" : "✗ run npm ci" };
}

function isAtLeast(version: string, least: string): boolean {
  return new Intl.Collator("en", { numeric: true }).compare(version, least) >= 0;
}

/** The kernel may be another installation of tslab than ours: what is loaded tells. */
function tslabManifest(): string {
  const file = Object.keys(require.cache).find((name) =>
    /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name),
  );
  if (file !== undefined) return join(dirname(dirname(file)), "package.json");
  throw new Error("Cannot tell the kernel's version as this is no TypeScript kernel (tslab).");
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}
