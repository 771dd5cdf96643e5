import { MinosError } from '@minos/common';

/** A message was to be scheduled for a time that is none, or cancelled by an id that is none. */
export class ScheduleInvalidError extends MinosError {
  readonly code = 'SCHEDULE_INVALID' as const;
  readonly retryable = false;

  constructor(what: string, fault: string) {
    super(`${what}: ${fault}. Write, for example, { after: '15m' } or { at: new Date('2030-01-01T09:00:00Z') }.`, {
      details: { fault },
    });
  }
}

/** An id that is no UUID names no scheduled message. */
export class ScheduleIdInvalidError extends MinosError {
  readonly code = 'SCHEDULE_ID_INVALID' as const;
  readonly retryable = false;

  constructor(id: unknown) {
    super(
      `${JSON.stringify(id)} cannot be the id of a scheduled message: it is no UUID. Pass what Schedules.send() returned, or a UUID of your own.`,
      {
        details: { id },
      },
    );
  }
}
