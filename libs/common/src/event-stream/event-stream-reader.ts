/** One event of `text/event-stream`. */
export interface StreamEvent {
  /** `message` where it has no name. */
  readonly event: string;
  readonly data: string;
  /** The last id that was seen, this event's included; empty where there was none. */
  readonly id: string;
}

/**
 * Reads `text/event-stream` as browsers do, in pieces that end anywhere: an event without data is none, an id holds until the next, and what has not ended when the stream
 * does is lost.
 */
export class EventStreamReader {
  private readonly decoder = new TextDecoder();
  private rest: string[] = [];
  private held = 0;
  private data: string[] = [];
  private event = '';
  private id: string;

  /** `longest`: characters that one event may have. */
  constructor(
    private readonly longest: number,
    lastEventId = '',
  ) {
    this.id = lastEventId;
  }

  /** The events that this piece completes. Throws a `RangeError` where one is longer than the limit. */
  take(piece: Uint8Array): readonly StreamEvent[] {
    const text = this.decoder.decode(piece, { stream: true });
    this.rest.push(text);
    this.held += text.length;
    // A long line comes in many parts; they are joined once.
    if (!/[\r\n]/.test(text)) return this.within([]);
    // A carriage return at the end may have its line feed in the next piece.
    const lines = this.rest.join('').split(/\r\n|\n|\r(?!$)/);
    this.rest = [lines.pop() ?? ''];
    const events = lines.flatMap((line) => this.line(line) ?? []);
    this.held = [...this.rest, ...this.data].reduce((sum, part) => sum + part.length, 0);
    return this.within(events);
  }

  private within(events: readonly StreamEvent[]): readonly StreamEvent[] {
    if (this.held > this.longest) throw new RangeError(`an event of the stream is longer than ${this.longest} characters`);
    return events;
  }

  private line(line: string): StreamEvent | undefined {
    if (line === '') return this.dispatch();
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (name === 'data') this.data.push(value);
    else if (name === 'event') this.event = value;
    else if (name === 'id' && !value.includes('\0')) this.id = value;
    return undefined;
  }

  private dispatch(): StreamEvent | undefined {
    const { data, event, id } = this;
    this.data = [];
    this.event = '';
    return data.length === 0 ? undefined : { event: event || 'message', data: data.join('\n'), id };
  }
}
