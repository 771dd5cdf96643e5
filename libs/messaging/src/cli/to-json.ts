import type { ParkedAction, ParkedKeySummary, ParkedMessage } from '../contracts/parked-store.js';

type Json = Readonly<Record<string, unknown>>;

export function summaryJson({ parkedAt, ...summary }: ParkedKeySummary): Json {
  return { ...summary, parkedAt: new Date(parkedAt).toISOString() };
}

export function messageJson({ stored, parkedAt, ...message }: ParkedMessage): Json {
  const { partition, offset, appendedAt, headers, body } = stored;
  return {
    ...message,
    parkedAt: new Date(parkedAt).toISOString(),
    ...{ partition, offset, appendedAt: new Date(appendedAt).toISOString(), headers },
    ...bodyJson(body),
  };
}

export function actionJson({ requestedAt, ended, before, body, ...action }: ParkedAction): Json {
  return {
    ...action,
    requestedAt: new Date(requestedAt).toISOString(),
    ...(body === undefined ? {} : bodyJson(body)),
    ended: ended === undefined ? null : { ...ended, at: new Date(ended.at).toISOString() },
    ...(before === undefined ? {} : { before: { headers: before.headers, ...bodyJson(before.body) } }),
  };
}

/** As text where it is one, else in base64. */
function bodyJson(body: Uint8Array): Json {
  const text = textOf(body);
  return text === undefined ? { bodyBase64: Buffer.from(body).toString('base64') } : { bodyText: text };
}

export function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
