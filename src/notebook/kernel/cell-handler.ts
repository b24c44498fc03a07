/** Answers Jupyter's requests, as tslab does, and says what tslab leaves out. */
import type { CellExecutor } from "./cell-executor";
import type { CellFailure } from "./cell-failure";
import {
  tslab,
  type ExecuteReply,
  type ExecuteRequest,
  type WriteDisplay,
  type WriteStream,
} from "./tslab";

/** How long, in milliseconds, the cells that Jupyter sent behind a failing one may take to arrive. */
const ABORT_MS = 50;

export class CellHandler extends tslab.JupyterHandlerImpl {
  /** The request of the cell that started last. */
  latest: ExecuteRequest | undefined;

  constructor(readonly cells: CellExecutor) {
    super(cells, false);
    this.shortenAbort();
  }

  /** JupyterLab finds no mode for tslab's answer and colours cells as JavaScript. */
  override handleKernel() {
    const info = super.handleKernel();
    const { name, mimetype, file_extension } = info.language_info;
    const mode = { codemirror_mode: "typescript", pygments_lexer: "typescript" };
    const version = tslab.versions.typescript;
    const language_info = { name, version, mimetype, file_extension, ...mode };
    return { ...info, status: "ok", implementation_version: tslab.versions.tslab, language_info };
  }

  /** tslab answers a failing cell with a bare "error", and a cell queued behind it with a status that no client knows. */
  override async handleExecute(
    request: ExecuteRequest,
    stream: WriteStream,
    display: WriteDisplay,
  ): Promise<ExecuteReply & Partial<CellFailure>> {
    const reply = await super.handleExecute(request, stream, display);
    if (reply.status === "abort") return { ...reply, status: "aborted" };
    return reply.status === "error" ? { ...reply, ...this.cells.failure } : reply;
  }

  override handleExecuteImpl(
    request: ExecuteRequest,
    stream: WriteStream,
    display: WriteDisplay,
  ): Promise<unknown> {
    this.latest = request;
    return super.handleExecuteImpl(request, stream, display);
  }

  /** After a failure tslab refuses cells for 200 ms, also from a client that asks to go on. */
  private shortenAbort(): void {
    const reset = this.execQueue.reset.bind(this.execQueue);
    this.execQueue.reset = () => {
      if (this.latest?.stop_on_error === false) reset();
      else setTimeout(reset, ABORT_MS);
    };
  }
}
