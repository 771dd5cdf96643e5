/** One event of `text/event-stream`. */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

const LONGEST = 65_536;
const NEWLINE = /\r\n|\n|\r/;

/** Reads `text/event-stream` as it comes, in pieces that end anywhere. An event that is larger than 64 KiB is an error: `RangeError`. */
export class EventStreamReader {
  private readonly decoder = new TextDecoder();
  private rest = '';
  private id: string | undefined;
  private event = '';
  private data: string[] = [];
  private size = 0;

  /** The events that this piece ends. */
  *read(piece: Uint8Array): Generator<StreamEvent> {
    const text = this.rest + this.decoder.decode(piece, { stream: true });
    // A carriage return at the end may have its line feed in the next piece.
    const held = text.endsWith('\r') ? '\r' : '';
    const lines = (held === '' ? text : text.slice(0, -1)).split(NEWLINE);
    this.rest = (lines.pop() ?? '') + held;
    if (this.rest.length > LONGEST) throw new RangeError(`an event is larger than ${LONGEST} characters`);
    for (const line of lines) {
      const event = this.take(line);
      if (event !== undefined) yield event;
    }
  }

  private take(line: string): StreamEvent | undefined {
    if (line === '') return this.dispatch();
    this.size += line.length;
    if (this.size > LONGEST) throw new RangeError(`an event is larger than ${LONGEST} characters`);
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id' && !value.includes('\0')) this.id = value;
    else if (name === 'event') this.event = value;
    else if (name === 'data') this.data.push(value);
    return undefined;
  }

  private dispatch(): StreamEvent | undefined {
    const { id, event, data } = this;
    this.event = '';
    this.data = [];
    this.size = 0;
    if (data.length === 0 && event === '') return undefined;
    return { id, event: event === '' ? 'message' : event, data: data.join('\n') };
  }
}
