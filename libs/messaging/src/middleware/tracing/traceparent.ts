/** What a W3C `traceparent` says. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  /** 1: sampled. */
  readonly flags: number;
}

/** Refused: version `ff`, version `00` with more fields, ids of zeros only. */
const TRACEPARENT = /^(?!ff|00.{54})[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads it by the rules of W3C Trace Context; `undefined` where it is none. A later version may have more fields. */
export function parseTraceparent(text: string | undefined): TraceParent | undefined {
  const [, traceId, spanId, flags = ''] = TRACEPARENT.exec(text ?? '') ?? [];
  return traceId === undefined || spanId === undefined ? undefined : { traceId, spanId, flags: parseInt(flags, 16) };
}

const HEX = '0123456789abcdef';

export function formatTraceparent({ traceId, spanId, flags }: TraceParent): string {
  return `00-${traceId}-${spanId}-${HEX[(flags >> 4) & 15]}${HEX[flags & 15]}`;
}

/** A new span of the same trace. Ids name spans and guard nothing, so `Math.random` is enough. */
export function childOf({ traceId, flags }: TraceParent): TraceParent {
  return { traceId, spanId: eightDigits() + eightDigits(), flags: flags & 1 };
}

/** The first is never 0, so nothing has to be filled up and the id is never all zeros. */
function eightDigits(): string {
  return Math.floor(0x1000_0000 + Math.random() * 0xf000_0000).toString(16);
}

/** The trace that a `traceparent` names. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return parseTraceparent(traceparent)?.traceId;
}
