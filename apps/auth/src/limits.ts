import type { AuthServerOptions } from '@minos/auth/server';

const VARIABLES = {
  logins: 'AUTH_LOGINS_PER_MINUTE',
  registrations: 'AUTH_REGISTRATIONS_PER_MINUTE',
  refreshes: 'AUTH_REFRESHES_PER_MINUTE',
} as const;

/** Requests that one address may make in a minute, where the environment says something else than the defaults. */
export function limitsOf(env: NodeJS.ProcessEnv): NonNullable<AuthServerOptions['throttle']> {
  return Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([name, variable]) => {
      const text = env[variable];
      // What is no number is refused by the options, which name it.
      return text === undefined || text === '' ? [] : [[name, Number(text)]];
    }),
  );
}
