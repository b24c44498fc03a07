/** Bytes for a person to look at: in hexadecimal, and beside it the text that some of them are. */
import { markdown, show } from "./display";

/** How many bytes fit in a line. */
const PER_LINE = 24;

/** Shows the bytes of each under its name and how many there are. */
export function showBytes(named: Record<string, Uint8Array>): void {
  const dumps = Object.entries(named).map(([name, bytes]) => {
    return `**${name}**, ${bytes.length} bytes\n\n\`\`\`text\n${hexDump(bytes)}\n\`\`\``;
  });
  show(markdown(dumps.join("\n\n")));
}

/** Writes bytes as lines of 24; what is no printable ASCII is a dot in the text. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += PER_LINE) {
    const part = [...bytes.subarray(start, start + PER_LINE)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    lines.push(`${hex.padEnd(3 * PER_LINE)} ${part.map(printable).join("")}`);
  }
  return lines.join("\n");
}

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
}
