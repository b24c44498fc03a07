/** The parts of tslab that the kernel builds on. They are internals, so exactly one version is supported. */
import { createRequire } from "node:module";

const SUPPORTED_VERSION = "1.0.22";

/** A Jupyter message; `createReply` makes one whose parent is this one. */
export interface Message {
  header: { msg_type: string };
  content: object;
  createReply(): Message;
  signAndSend(key: string, socket: Sender): void;
}

/** What a message is sent through. tslab neither awaits nor catches what `send` returns. */
export interface Sender {
  send(frames: unknown[]): Promise<void>;
}

export interface Socket extends Sender {
  sendHighWaterMark: number;
  sendTimeout: number;
  bindSync(address: string): void;
  close(): void;
}

export interface ExecuteRequest {
  code: string;
  stop_on_error?: boolean;
}

/** The answer to an execute request; a failed one carries the failure as well. */
export interface ExecuteReply {
  status: "ok" | "error" | "abort" | "aborted";
  execution_count?: number;
}

export type WriteStream = (name: string, text: string) => void;
export type WriteDisplay = (data: object, update: boolean) => void;

export interface Diagnostic {
  /** Counted from zero. */
  start: { line: number; character: number };
  messageText: string;
  code: number;
  fileName?: string;
}

export interface Conversion {
  output?: string;
  hasToplevelAwait?: boolean;
  diagnostics: Diagnostic[];
}

export interface Converter {
  convert: (previous: string, source: string) => Conversion;
  close: () => void;
}

export interface Executor {
  execute: (source: string) => Promise<boolean>;
  interrupt: () => void;
  close: () => void;
}

export interface Handler {
  execQueue: { reset: () => void };
  handleKernel(): { language_info: Record<string, unknown> };
  handleExecute(
    request: ExecuteRequest,
    stream: WriteStream,
    display: WriteDisplay,
  ): Promise<ExecuteReply>;
  handleExecuteImpl(
    request: ExecuteRequest,
    stream: WriteStream,
    display: WriteDisplay,
  ): Promise<unknown>;
}

export interface Server {
  connInfo: { transport: string; ip: string; key: string };
  iopub: Pick<Socket, "send" | "close">;
  init(): Promise<void>;
  bindSocket(socket: Socket, port: number): Promise<void>;
  handleExecute(shell: Sender, request: Message): Promise<void>;
  handleCommInfoRequest(shell: Sender, request: Message): void;
  close(): void;
}

interface Tslab {
  JupyterHandlerImpl: new (executor: Executor, isJs: boolean) => Handler;
  ZmqServer: new (handler: Handler, configPath: string) => Server;
  createConverter(options: { isJS: boolean; isBrowser: boolean }): Converter;
  createExecutor(
    folder: string,
    converters: { node: Converter; readonly browser: Converter; close(): void },
    console: { log(...args: unknown[]): void; error(...args: unknown[]): void },
  ): Executor;
  versions: { tslab: string; typescript: string };
}

/** Throws an Error that says what to do unless `version` is the tslab whose internals are known here. */
export function assertSupportedVersion(version: string): void {
  if (version === SUPPORTED_VERSION) return;
  throw new Error(
    `Cannot start the kernel: it is made for tslab ${SUPPORTED_VERSION}, but tslab ${version} is installed. ` +
      `Run \`npm ci\` to install the versions of package-lock.json.`,
  );
}

function loadTslab(): Tslab {
  const load = createRequire(__filename);
  assertSupportedVersion((load("tslab/package.json") as { version: string }).version);
  const parts = [
    "tslab",
    "tslab/dist/jupyter.js",
    "tslab/dist/converter.js",
    "tslab/dist/executor.js",
  ];
  return Object.assign({}, ...parts.map((part) => load(part) as object)) as Tslab;
}

export const tslab = loadTslab();
