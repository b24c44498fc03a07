/** Quotes the Protobuf schema in a notebook: the real one, read at the moment the cell runs. */
import { readFileSync } from "node:fs";
import { basename, relative, sep } from "node:path";
import { PROTOBUF_SCHEMA } from "../../messages/codecs/protobuf";
import { markdown, show } from "./display";

/** Shows one message of pipeline.proto, under a link to the file. @throws RangeError when there is none of that name. */
export function showSchema(message: string): void {
  const link = relative(process.cwd(), PROTOBUF_SCHEMA)
    .split(sep)
    .map(encodeURIComponent)
    .join("/");
  const title = `[\`src/messages/${basename(PROTOBUF_SCHEMA)}\`](${link})`;
  show(markdown(`${title}\n\n\`\`\`proto\n${findMessage(message)}\n\`\`\``));
}

/** Finds a message of the schema, with the comment above it. @throws RangeError as showSchema does. */
export function findMessage(message: string): string {
  const text = readFileSync(PROTOBUF_SCHEMA, "utf8").replaceAll("\r\n", "\n");
  const [found] = new RegExp(`(^//.*\n)*^message ${message} \\{\n[^]*?^\\}`, "m").exec(text) ?? [];
  if (found) return found;
  const names = [...text.matchAll(/^message (\w+)/gm)].map(([, name]) => name);
  throw new RangeError(
    `Cannot show the message "${message}" as the schema has only ${names.join(", ")}.`,
  );
}
