"use strict";
const { root } = require("./files.cjs");

/** What went wrong in the reader's words, and what to do about it. */
class Problem extends Error {}

const diskFull =
  /ENOSPC|EDQUOT|No space left on device|not enough space on the disk|quota exceeded/;

const noPermission = /EACCES|EPERM|EROFS/;

const noNetwork = new RegExp(
  [
    "ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH",
    "ERR_SOCKET_TIMEOUT|Failed to establish a new connection|Temporary failure in name resolution",
    "NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError",
  ].join("|"),
);

/** Finds the cause in the output of npm or pip; of an unknown one it shows the last lines. */
function explain(what, output) {
  if (diskFull.test(output)) {
    return new Problem(
      `${what}: the disk is full. The tutorial takes about 600 MB below\n${root}\n` +
        "Make room, then run this again.",
    );
  }
  if (noNetwork.test(output)) {
    return new Problem(
      `${what}: no connection to the network, or a proxy or firewall stands in between.\n` +
        "The first set-up loads from registry.npmjs.org and pypi.org. Connect (behind a proxy:\n" +
        "set HTTPS_PROXY), then run this again.",
    );
  }
  return new Problem(`${what}. The last lines of the output:\n\n${indent(lastLines(output, 15))}`);
}

/** What the reader sees of an error: our own words, or the stack of something nobody foresaw. */
function inWords(error) {
  if (error instanceof Problem) return error.message;
  if (noPermission.test(error.code)) {
    return `${error.message}\nMake yourself the owner of ${root}, then run this again.`;
  }
  if (diskFull.test(error.code)) return explain("The set-up stopped", error.code).message;
  return error.stack;
}

function lastLines(text, count) {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

function indent(text) {
  return text.replace(/^/gm, "    ");
}

module.exports = { Problem, explain, inWords, indent };
