/** Payloads at random, for property-based tests: all that a codec claims, odd values more often than chance has them. */
import fc from "fast-check";
import type { AgentMessage } from "../../../src/messages/codec";
import type { Payload } from "../../../src/messages/payload";
import type { Claims } from "./claims";

const oddNumbers = [0, -0, 1, -1, 0.1, 127, 128, 255, 256, -32, -33, -128, -129, 65535, 65536];
const wideNumbers = [31, 32, 52, 53, 63, 64, 1023].flatMap((n) => [2 ** n, -(2 ** n), 2 ** n - 1]);
const edges = [Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON, Number.MIN_SAFE_INTEGER];

const oddTexts = [
  "",
  "\0",
  "\ufeff",
  `\ufeff${"x".repeat(300)}`,
  "ä😀",
  "\u2028",
  "x".repeat(70_000),
];
const oddKeys = ["", "0", "-1", "constructor", "toString", "hasOwnProperty", "toJSON", "length"];
const wireKeys = ["then", "null", "kind", "fields", "values", "$unknowns", "task_id", "$type"];

/** Any payload that the codec claims, nested up to `depth` deep. */
export function payloads(claims: Claims, depth = 6): fc.Arbitrary<Payload> {
  const { value } = fc.letrec<{ value: Payload }>((tie) => ({
    value: fc.oneof(
      { maxDepth: depth, withCrossShrink: true },
      scalars(claims),
      fc.array(fc.double(finite(claims))),
      fc.array(tie("value")),
      fc.array(fc.tuple(keys(claims), tie("value"))).map((parts) => Object.fromEntries(parts)),
    ),
  }));
  return value;
}

/** A payload of which arrays and objects are nested exactly so deep. */
export function nested(claims: Claims, depth: number): fc.Arbitrary<Payload> {
  const layers = fc.array(fc.option(keys(claims)), { minLength: depth, maxLength: depth });
  return fc
    .tuple(layers, scalars(claims))
    .map(([layers, leaf]) =>
      layers.reduce<Payload>(
        (inner, key) => (key === null ? [inner] : Object.fromEntries([[key, inner]])),
        leaf,
      ),
    );
}

function scalars(claims: Claims): fc.Arbitrary<Payload> {
  const scalars: fc.Arbitrary<Payload>[] = [
    texts(claims),
    fc.double(finite(claims)),
    fc.maxSafeInteger(),
    fc.constantFrom(...oddNumbers, ...wideNumbers, ...edges),
    fc.boolean(),
    fc.constant(null),
  ];
  if (claims.binary) scalars.push(fc.uint8Array({ maxLength: 300 }));
  return fc.oneof(...scalars);
}

function texts(claims: Claims): fc.Arbitrary<string> {
  const texts = [fc.string({ unit: "binary" }), fc.string(), fc.constantFrom(...oddTexts)];
  if (claims.loneSurrogates) texts.push(fc.constantFrom("\ud800", "a\udfffb", "\udc00\ud800"));
  return fc.oneof(...texts);
}

function keys(claims: Claims): fc.Arbitrary<string> {
  const odd = [...oddKeys, ...wireKeys];
  if (claims.protoKeys) odd.push("__proto__");
  return fc.oneof(texts(claims), fc.constantFrom(...odd)).filter((key) => {
    return (claims.frameKeys || key !== "$frame") && (claims.protoKeys || key !== "__proto__");
  });
}

function finite({ nonFinite }: Claims): fc.DoubleConstraints {
  return { noNaN: !nonFinite, noDefaultInfinity: !nonFinite };
}

/** A message of any kind around the payload. */
export function messages(data: fc.Arbitrary<Payload>): fc.Arbitrary<AgentMessage> {
  const id = fc.string({ unit: "grapheme", minLength: 1, maxLength: 50 });
  const time = fc.double({ noNaN: true, noDefaultInfinity: true });
  return fc.oneof(
    { arbitrary: fc.record({ task_id: id, data, timestamp: time }), weight: 10 },
    {
      arbitrary: fc.record({ task_id: id, result_data: data, worker_id: id, timestamp: time }),
      weight: 10,
    },
    fc.constant<AgentMessage>({ task_id: "END_OF_TASKS", data: null }),
    fc.record({ task_id: fc.constant("WORKER_DONE" as const), worker_id: id }),
  );
}
