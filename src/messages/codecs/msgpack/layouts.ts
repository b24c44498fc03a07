/** MessagePack's table of formats (github.com/msgpack/msgpack/blob/master/spec.md): what each first byte announces. */

/** How the bytes behind a first byte are to be read. */
export interface Layout {
  kind:
    "scalar" | "uint64" | "int64" | "text" | "binary" | "array" | "map" | "extension" | "unused";
  /** How many bytes say how large it is; 0 when `size` does. */
  sizeBytes: number;
  /** How many bytes, values or pairs follow. */
  size: number;
}

/** The layouts by first byte. */
export const layouts: readonly Layout[] = Array.from({ length: 256 }, (_, first) => {
  if (first < 0x80 || first >= 0xe0) return fixed("scalar", 0);
  if (first < 0x90) return fixed("map", first - 0x80);
  if (first < 0xa0) return fixed("array", first - 0x90);
  if (first < 0xc0) return fixed("text", first - 0xa0);
  return longForms()[first - 0xc0]!;
});

/** What 0xc0 to 0xdf announce, in order. */
function longForms(): Layout[] {
  return [
    fixed("scalar", 0), // nil
    fixed("unused", 0),
    ...[fixed("scalar", 0), fixed("scalar", 0)], // false, true
    ...[sized("binary", 1), sized("binary", 2), sized("binary", 4)],
    ...[sized("extension", 1), sized("extension", 2), sized("extension", 4)],
    ...[fixed("scalar", 4), fixed("scalar", 8)], // float 32 and 64
    ...[fixed("scalar", 1), fixed("scalar", 2), fixed("scalar", 4), fixed("uint64", 8)],
    ...[fixed("scalar", 1), fixed("scalar", 2), fixed("scalar", 4), fixed("int64", 8)],
    ...[1, 2, 4, 8, 16].map((size) => fixed("extension", size + 1)), // a type byte comes first
    ...[sized("text", 1), sized("text", 2), sized("text", 4)],
    ...[sized("array", 2), sized("array", 4)],
    ...[sized("map", 2), sized("map", 4)],
  ];
}

function fixed(kind: Layout["kind"], size: number): Layout {
  return { kind, sizeBytes: 0, size };
}

function sized(kind: Layout["kind"], sizeBytes: number): Layout {
  return { kind, sizeBytes, size: 0 };
}
