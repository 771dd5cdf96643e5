/** What an answer of the auth service that is no success means for who set it up. `service` is the name that was shown. */
export function refusedAnswer(status: number, service: string): string {
  switch (status) {
    case 401:
      return `the answer is 401: the auth service does not know "${service}" by this secret. Compare MINOS_SERVICE_SECRET of this service with the entry "${service}:<SHA-256>" in MINOS_SERVICES of the auth service`;
    case 403:
      return `the answer is 403: "${service}" may not do this. See the option services.minters of the auth service`;
    case 404:
      return 'the answer is 404: see that AUTH_URL leads to the auth service';
    default:
      return `the answer is ${status}`;
  }
}
