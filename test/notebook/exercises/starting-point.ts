/** What a reader finds in an exercise before having changed anything: the cell itself, brought to life. */
import { join } from "node:path";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import * as zeromq from "zeromq";
import * as tutorial from "../../../src";
import { codeCells, readNotebook, textOf } from "../../notebooks/notebook";
import { root } from "../../notebooks/venv-python";

/** Gives the function or constant `name` of a chapter's exercise cell; the cell sees what the chapter may import. */
export function startingPoint<Answer>(chapter: string, name: string): Answer {
  const notebook = readNotebook(join(root, "notebooks", `${chapter}.ipynb`));
  const cell = codeCells(notebook).find(
    ({ metadata, source }) =>
      metadata.tags?.includes("exercise") &&
      new RegExp(`(function|const) ${name}\\b`).test(textOf(source)),
  );
  if (!cell) throw new Error(`Cannot find ${name} in an exercise cell of ${chapter}.`);
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
  const { outputText } = transpileModule(textOf(cell.source), { compilerOptions });
  const scope: Record<string, unknown> = { ...zeromq, ...tutorial };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the cell is ours
  const make = new Function(...Object.keys(scope), `${outputText}\nreturn ${name};`) as (
    ...values: unknown[]
  ) => Answer;
  return make(...Object.values(scope));
}
