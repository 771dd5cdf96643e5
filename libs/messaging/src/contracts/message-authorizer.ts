import type { Principal } from '@minos/common';
import type { HandlerCall } from './message-middleware.js';

/** Decides who may have a message handled. */
export interface MessageAuthorizer {
  /**
   * Whether this principal may; `undefined` is a message without one. Asked on every try, after the roles that the handler names. Refusing is the rejection `forbidden`; what
   * it throws is a fault and tried again. Where the data of a command does not fit its schema, `call.message` is no instance of its class.
   */
  authorize(call: HandlerCall, principal: Principal | undefined): boolean | Promise<boolean>;
}
