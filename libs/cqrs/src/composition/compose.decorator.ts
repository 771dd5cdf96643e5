import { defineMetadata, ownMetadata } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { QueryHandler } from '@nestjs/cqrs';
import type { CompositionClass } from './composition.js';

const COMPOSITION = Symbol.for('@minos/cqrs/composition');

/** The class answers the query of this durable name from the parts that its `static readonly parts` lists; it is a handler among the providers. */
export function Compose(name: string): (type: CompositionClass) => void {
  return (type) => {
    Injectable()(type);
    defineMetadata(type, COMPOSITION, name);
    const { query } = (type.parts as CompositionClass['parts'] | undefined) ?? {};
    // What is missing here is told when the application starts.
    if (typeof query === 'function') QueryHandler(query as new (...args: never[]) => object)(type);
  };
}

/** The name that `@Compose` gave. */
export function composedNameOf(type: object): string | undefined {
  return ownMetadata<string>(type, COMPOSITION);
}
