import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import ts from "typescript";

const root = path.join(__dirname, "..");
const source = path.join(root, "src");

/** In the order in which a newcomer reads them. */
const layers = ["messages", "transport", "engines", "agents", "orchestration", "notebook"];

/** Modules that have no test file of their own name, and the test that goes through them. */
const testedThrough: [modules: RegExp, testFile: string][] = [
  [/^engines\/(engine|failure)\.ts$/, "engines/llm/llm-engine.test.ts"],
  [/^engines\/llm\/(answer-stream|failures)\.ts$/, "engines/llm/llm-engine.test.ts"],
  [/^engines\/output-schemas\.ts$/, "engines/paid-answers.test.ts"],
  [
    /^notebook\/experiments\/openai-server\/reply\.ts$/,
    "notebook/experiments/openai-server.test.ts",
  ],
  [/^engines\/(engine|failure|output-schemas)\.ts$/, "engines/llm/llm-engine.test.ts"],
  [/^engines\/llm\/(answer-stream|failures)\.ts$/, "engines/llm/llm-engine.test.ts"],
  [/^notebook\/experiments\/openai-server\//, "notebook/experiments/openai-server.test.ts"],
  [/^agents\/work\.ts$/, "agents/task-processor.test.ts"], // types only
  [/^agents\/broadcast\/events\.ts$/, "agents/broadcast/log.test.ts"], // types only
  [/^agents\/clone\/events\.ts$/, "agents/clone/log.test.ts"], // types only
  [/^agents\/clone\/addresses\.ts$/, "agents/clone/server.test.ts"],
  [
    /^agents\/clone\/client\/(session|line|news|local-map|shared-map|snapshot-request|write-desk)\.ts$/,
    "agents/clone/client.test.ts",
  ],
  [/^agents\/clone\/server\/journal-lines\.ts$/, "agents/clone/server/journal.test.ts"],
  [/^messages\/clone\/(encode|parse)\.ts$/, "messages/clone.test.ts"],
  [
    /^orchestration\/clone-chaos\/(clone-crew|lossy-relay|state-file|subscriber|writer)\.ts$/,
    "orchestration/clone-chaos/run-clone-chaos.test.ts",
  ],
  [/^agents\/(majordomo\/)?events\.ts$/, "agents/majordomo/log.test.ts"], // types only
  [
    /^agents\/majordomo\/client\/(requester|request-line|broker-link|client-tally)\.ts$/,
    "agents/majordomo/client.test.ts",
  ],
  [/^agents\/majordomo\/broker\/staff\.ts$/, "agents/majordomo/broker/dispatcher.test.ts"],
  [/^agents\/majordomo\/client\/askers\.ts$/, "agents/majordomo/client/ask.test.ts"],
  [/^agents\/ai\/team\/messages\.ts$/, "agents/ai/team/answer-question.test.ts"],
  [/^agents\/ai\/team\/[a-z]+-work\.ts$/, "orchestration/team/run-team-processes.test.ts"],
  [/^orchestration\/team\/(members|team-options)\.ts$/, "orchestration/team/run-team.test.ts"],
  [/^orchestration\/agent-process\.ts$/, "orchestration/run-processes.test.ts"],
  [/^orchestration\/pool\.ts$/, "orchestration/run-pool.test.ts"],
  [/^orchestration\/chaos\/(chaos-crew|garbage)\.ts$/, "orchestration/chaos/run-chaos.test.ts"],
  [/^engines\/in-thread\/thread\.ts$/, "engines/in-thread.test.ts"],
  [/^engines\/wink\/(reader|runs)\.ts$/, "engines/wink/wink-engine.test.ts"],
  [/^notebook\/kernel\//, "notebook/kernel.test.ts"],
  [/^notebook\/lab\/(room|interrupts)\.ts$/, "notebook/lab/lab.test.ts"],
  [/^notebook\/pictures\/palette\.ts$/, "notebook/pictures/timeline-spec.test.ts"],
  [/^notebook\/experiments\/naive-collector\.ts$/, "notebooks/chapters/05.test.ts"],
  [
    /^notebook\/experiments\/(full|kill|late|naive-g|start-s|strang)/,
    "notebooks/chapters/07.test.ts",
  ],
  [/^notebook\/experiments\/broker-trial\.ts$/, "notebook/exercises/load-balancing.test.ts"],
  [
    /^notebook\/experiments\/(blocking-work|comings-|cut-cable|restart-broker|worker-on)/,
    "notebooks/chapters/09.test.ts",
  ],
  [
    /^notebook\/experiments\/(buffer-|damaged-|field-n|foreign-|format-|large-|one-t|picture-)/,
    "notebooks/chapters/12.test.ts",
  ],
  [
    /^notebook\/experiments\/(chapters|every-|give-up|hearts-|llm-troubles|long-th|think-in-)/,
    "notebooks/chapters/13.test.ts",
  ],
  [/^notebook\/exercises\/ai-agents-trial\.ts$/, "notebook/exercises/ai-agents.test.ts"],
  [
    /^notebook\/experiments\/(join-late|lost-|restart-clone|shared-|status-|who-)/,
    "notebooks/chapters/11.test.ts",
  ],
  [/^notebook\/experiments\/clone-middleman\.ts$/, "notebook/exercises/broadcast.test.ts"],
  [/^notebook\/exercises\/broadcast-trial\.ts$/, "notebook/exercises/broadcast.test.ts"],
  [/^notebook\/exercises\/payloads-trial\.ts$/, "notebook/exercises/payloads.test.ts"],
  [/^notebook\/pictures\/pool-work\.ts$/, "notebook/pictures/pool-data.test.ts"],
  [/^notebook\/exercises\/dynamic-workers-/, "notebook/exercises/dynamic-workers.test.ts"],
  [/^notebook\/exercises\/orchestration-/, "notebook/exercises/orchestration.test.ts"],
  [/^notebook\/exercises\/result-collector-/, "notebook/exercises/result-collector.test.ts"],
];

const modules = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((file) => file.split(path.sep).join("/"))
  .filter((file) => file.endsWith(".ts"));

function parse(file: string): ts.SourceFile {
  const text = readFileSync(path.join(source, file), "utf8");
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/** The files of src that a file imports, exports from, requires or mentions as `import("…")`. */
function importsOf(file: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && /^\.{1,2}(\/|$)/.test(node.text) && isImport(node.parent))
      names.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return names.map((name) => path.posix.join(path.posix.dirname(file), name));
}

function isImport(parent: ts.Node): boolean {
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) return true;
  if (ts.isExternalModuleReference(parent) || ts.isLiteralTypeNode(parent)) return true;
  return ts.isCallExpression(parent) && /^(import|require)$/.test(parent.expression.getText());
}

const layerOf = (file: string) => layers.indexOf(file.split("/")[0]!);

test("every module of src is in a layer, apart from the index", () =>
  assert.deepEqual(
    modules.filter((file) => layerOf(file) < 0),
    ["index.ts"],
  ));

test("the imports are found", () => {
  const imports = importsOf("agents/task-generator.ts");
  assert.ok(imports.includes("messages/frame") && imports.includes("agents/events"));
});

test("a module imports from its own layer or an earlier one", () => {
  const wrong = modules
    .filter((file) => file !== "index.ts")
    .flatMap((file) => importsOf(file).map((imported) => ({ file, imported })))
    .filter(({ file, imported }) => layerOf(imported) < 0 || layerOf(imported) > layerOf(file));
  assert.deepEqual(
    wrong.map(({ file, imported }) => `${file} imports ${imported}`),
    [],
  );
});

test("index.ts has only exports, layer by layer", () => {
  const statements = parse("index.ts").statements;
  const others = statements.filter((statement) => !ts.isExportDeclaration(statement));
  assert.deepEqual(
    others.map((statement) => statement.getText()),
    [],
  );
  const order = importsOf("index.ts").map(layerOf);
  assert.deepEqual(order, order.toSorted());
});

const hasOwnTest = (file: string) =>
  existsSync(path.join(root, "test", file.replace(/\.ts$/, ".test.ts")));

test("every module has its test", () => {
  const isExcused = (file: string) => testedThrough.some(([modules]) => modules.test(file));
  const untested = modules.filter(
    (file) => file !== "index.ts" && !hasOwnTest(file) && !isExcused(file),
  );
  assert.deepEqual(untested, []);
});

test("every excuse still excuses somebody, and names a test that is there", () => {
  for (const [excused, testFile] of testedThrough) {
    assert.ok(
      modules.some((file) => excused.test(file) && !hasOwnTest(file)),
      excused.source,
    );
    assert.ok(existsSync(path.join(root, "test", testFile)), testFile);
  }
});
