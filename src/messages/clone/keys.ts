/** How the entries of a shared map are named: like files, with folders, which CHP calls subtrees. */
import { MAX_NAME_LENGTH } from "../schema";

/** Tells whether a text may name an entry: "/" and more, not ending with "/", printable, without "=", at most 200 characters. */
export function isKey(text: string): boolean {
  return isPath(text) && !text.endsWith("/");
}

/** Tells whether a text may name a part of the map: "" is all of it, "/agents/" is whatever begins so. */
export function isSubtree(text: string): boolean {
  return text === "" || (text.length > 1 && isPath(text) && text.endsWith("/"));
}

function isPath(text: string): boolean {
  return text.startsWith("/") && text.length <= MAX_NAME_LENGTH && !/[\p{C}\ufffd=]/u.test(text);
}

/** Lists every subtree that a key lies in, the whole map first: "", "/agents/", "/agents/1/" for "/agents/1/state". */
export function subtreesOf(key: string): string[] {
  const subtrees = [""];
  for (let slash = key.indexOf("/", 1); slash > 0; slash = key.indexOf("/", slash + 1))
    subtrees.push(key.slice(0, slash + 1));
  return subtrees;
}

/** Tells where in the list of `subtreesOf` a subtree stands, for each key that lies in it. */
export function depthOf(subtree: string): number {
  return Math.max(0, subtree.split("/").length - 2);
}

/** Checks which part of the map to follow. @throws TypeError naming the value. */
export function checkSubtree(subtree: string): void {
  if (typeof subtree === "string" && isSubtree(subtree)) return;
  throw new TypeError(
    `Cannot use subtree as it must be "" or like "/agents/": current value is ${JSON.stringify(subtree)}`,
  );
}

/** Checks the name of an entry. @throws TypeError naming the value. */
export function checkKey(key: string): void {
  if (typeof key === "string" && isKey(key)) return;
  throw new TypeError(
    `Cannot use key as it must be like "/agents/1", printable, without "=", of at most ${MAX_NAME_LENGTH} ` +
      `characters, and not end with "/": current value is ${JSON.stringify(key)}`,
  );
}
