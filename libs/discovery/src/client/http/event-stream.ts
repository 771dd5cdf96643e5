/** One event of a stream. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
  /** The last id that was seen, this event's included. */
  readonly id: string;
}

/** Reads `text/event-stream` as browsers do. */
export class EventStreamReader {
  private readonly decoder = new TextDecoder();
  private rest: string[] = [];
  private held = 0;
  private data: string[] = [];
  private event = '';
  private id: string;

  constructor(
    private readonly longest: number,
    lastEventId = '',
  ) {
    this.id = lastEventId;
  }

  /** The events that these bytes complete. Throws a `RangeError` where one event is longer than the limit. */
  take(bytes: Uint8Array): readonly StreamEvent[] {
    const text = this.decoder.decode(bytes, { stream: true });
    this.rest.push(text);
    this.held += text.length;
    // A long line comes in many parts; they are joined once.
    if (!/[\r\n]/.test(text)) return this.within([]);
    const lines = this.rest.join('').split(/\r\n|\n|\r(?!$)/);
    this.rest = [lines.pop() ?? ''];
    const events = lines.flatMap((line) => this.line(line) ?? []);
    this.held = [...this.rest, ...this.data].reduce((sum, part) => sum + part.length, 0);
    return this.within(events);
  }

  private within(events: readonly StreamEvent[]): readonly StreamEvent[] {
    if (this.held > this.longest) throw new RangeError(`An event of the stream is longer than ${this.longest} characters.`);
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
