/** What is used of HTTP to a service. */
interface Client {
  post<T>(path: string, body?: unknown): Promise<{ readonly status: number; readonly body: T }>;
}

/** Opens an account at the payment service, and pays in. Resolves with its id. */
export async function openAccount(client: Client, cents: number): Promise<string> {
  const { accountId } = (await client.post<{ accountId: string }>('/accounts', {})).body;
  const paid = await client.post(`/accounts/${accountId}/deposits`, { amount: cents });
  if (paid.status !== 200) throw new Error(`POST /accounts/${accountId}/deposits answered ${paid.status}: ${JSON.stringify(paid.body)}`);
  return accountId;
}
