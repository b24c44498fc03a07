import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDialect, checkService } from "../../../src/agents/majordomo/protocol-options";
import type { Dialect } from "../../../src/messages/majordomo";

test("a service has 1 to 200 printable characters, and is none of the broker's own", () => {
  for (const service of ["work", "Straße 7", "mmi", "x".repeat(200)]) checkService(service);
  for (const service of ["", "x".repeat(201), "a\nb", "mmi.service", "mmi.x", 7 as never])
    assert.throws(() => checkService(service), {
      name: "TypeError",
      message:
        "Cannot use service as it must be 1 to 200 printable characters that do not begin with mmi., " +
        `which is the broker's own: current value is ${JSON.stringify(service)}`,
    });
});

test("there are three dialects", () => {
  for (const dialect of ["0.1", "0.2", "0.2-delimited"] as const) checkDialect(dialect);
  for (const dialect of ["0.3", "toString", 0.2] as unknown[] as Dialect[])
    assert.throws(() => checkDialect(dialect), {
      name: "TypeError",
      message: `Cannot use dialect as it must be 0.1, 0.2, 0.2-delimited: current value is ${JSON.stringify(dialect)}`,
    });
});
