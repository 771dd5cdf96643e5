import type { INestApplication } from '@nestjs/common';

/** A service with `POST /notes`, in a process of its own. */
export interface Route {
  readonly calls: { readonly address: () => string };
  close(): Promise<void>;
}

/** Lets the application listen on a free port of loopback. */
export async function listening(app: INestApplication, after: () => Promise<void> = async () => undefined): Promise<Route> {
  await app.listen(0, '127.0.0.1');
  const address = await app.getUrl();
  const close = async (): Promise<void> => {
    await app.close();
    await after();
  };
  return { calls: { address: () => address }, close };
}
