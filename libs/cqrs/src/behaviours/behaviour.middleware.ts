import { HandlerMiddleware } from '@minos/messaging';
import type { HandlerCall, MessageMiddleware } from '@minos/messaging/contracts';
import { Injectable } from '@nestjs/common';
import { ApplicationBehaviours } from './application-behaviours.js';
import type { Behaviour, HandlerType } from './behaviour.js';
import { surrounded } from './surrounded.js';

/** Puts the behaviours around handlers that are called for messages of the broker, which go by no bus. */
@HandlerMiddleware({ on: ['command', 'event'] })
@Injectable()
export class BehaviourMiddleware implements MessageMiddleware {
  private readonly known = new Map<HandlerType, readonly Behaviour[]>();

  constructor(private readonly behaviours: ApplicationBehaviours) {}

  async handle({ kind, metadata, handler: { type }, message }: HandlerCall, next: () => Promise<unknown>): Promise<unknown> {
    const behaviours = this.around(type);
    if (behaviours.length === 0) return next();
    const called = kind === 'event' ? 'event' : metadata?.kind === 'query' ? 'query' : 'command';
    return surrounded(behaviours, { kind: called, message: message as object, handler: type }, next);
  }

  private around(type: HandlerType): readonly Behaviour[] {
    const known = this.known.get(type) ?? this.behaviours.around(type);
    this.known.set(type, known);
    return known;
  }
}
