/** Whether text is an address that can be asked: http or https, and no credential in it, which would end in logs. */
export function isHttpUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

/** Whether it is such an address with nothing behind host and port, such as `http://127.0.0.1:8084`: that of a process. */
export function isHttpOrigin(value: unknown): boolean {
  return isHttpUrl(value) && /^[^/]+:\/\/[^/?#\s]+$/.test(String(value));
}
