/** Speaks Jupyter's wire protocol, as tslab does, without losing output. */
import type { CellFailure } from "./cell-failure";
import type { CellHandler } from "./cell-handler";
import { tslab, type ExecuteRequest, type Message, type Sender, type Socket } from "./tslab";

/** How long, in milliseconds, what a cell left running may keep a kernel alive that was shut down. */
const SHUTDOWN_GRACE_MS = 500;

export class CellServer extends tslab.ZmqServer {
  private readonly messages = new WeakMap<object, Message>();

  constructor(
    readonly handler: CellHandler,
    configPath: string,
  ) {
    super(handler, configPath);
  }

  /** Shows a failure in the cell that ran last. */
  publishFailure(failure: CellFailure): void {
    const cell = this.handler.latest && this.messages.get(this.handler.latest);
    if (cell === undefined) console.error(failure.traceback.join("\n"));
    else this.publish(cell, "error", failure);
  }

  /** tslab publishes no `error` output for a cell that fails. */
  override async handleExecute(shell: Sender, request: Message): Promise<void> {
    this.messages.set(request.content, request);
    const reply = await this.handler.handleExecute(
      request.content as ExecuteRequest,
      (name, text) => this.publish(request, "stream", { name, text }),
      (data, update) =>
        this.publish(request, update ? "update_display_data" : "display_data", data),
    );
    const { ename, evalue, traceback } = reply;
    if (reply.status === "error") this.publish(request, "error", { ename, evalue, traceback });
    this.reply(shell, request, "execute_reply", reply);
  }

  /** tslab answers with the message type of another request. */
  override handleCommInfoRequest(shell: Sender, request: Message): void {
    this.reply(shell, request, "comm_info_reply", { status: "ok", comms: {} });
  }

  /** An asynchronous bind blocks the socket for a moment, in which an early request ends tslab's read loop for good. */
  override bindSocket(socket: Socket, port: number): Promise<void> {
    const { transport, ip } = this.connInfo;
    if (socket === this.iopub) neverWait(socket);
    socket.bindSync(`${transport}://${ip}:${port}`);
    return Promise.resolve();
  }

  /** What a cell left running (a timer, a socket) would keep the process alive until Jupyter kills it. */
  override close(): void {
    super.close();
    setTimeout(() => process.exit(0), SHUTDOWN_GRACE_MS).unref();
  }

  private publish(parent: Message, type: string, content: object): void {
    this.reply(this.iopub, parent, type, content);
  }

  private reply(socket: Sender, parent: Message, type: string, content: object): void {
    this.handler.cells.shield(() => {
      const message = parent.createReply();
      message.header.msg_type = type;
      message.content = content;
      message.signAndSend(this.connInfo.key, socket);
    });
  }
}

/**
 * Sends go out at once, whatever their number, so that output is seen while the cell computes. Else one in 513 waits
 * for the event loop, and those behind it are refused (EBUSY); tslab awaits no send, and would lose them.
 */
function neverWait(socket: Socket): void {
  socket.sendHighWaterMark = 0;
  socket.sendTimeout = 0;
}
