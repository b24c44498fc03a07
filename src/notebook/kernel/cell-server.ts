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
    const isOutput = socket === this.iopub;
    if (isOutput) socket.sendHighWaterMark = 0;
    socket.bindSync(`${transport}://${ip}:${port}`);
    if (isOutput) this.iopub = inOrder(socket);
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
    const message = parent.createReply();
    message.header.msg_type = type;
    message.content = content;
    message.signAndSend(this.connInfo.key, socket);
  }
}

/**
 * tslab awaits no send; past about 500 in one turn of the event loop the socket answers EBUSY and output is lost.
 * What comes when nothing waits goes out at once, so that it is seen while the cell computes.
 */
function inOrder(socket: Socket): Pick<Socket, "send" | "close"> {
  let last = Promise.resolve();
  let waiting = 0;
  return {
    send: (frames) => {
      const sent = waiting === 0 ? socket.send(frames) : last.then(() => socket.send(frames));
      waiting += 1;
      return (last = sent.finally(() => (waiting -= 1)));
    },
    close: () => void last.then(() => socket.close()),
  };
}
