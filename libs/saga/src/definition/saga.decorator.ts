import { defineMetadata, ownMetadata } from '@minos/common';
import { Saga as StreamSaga, type SagaOptions as StreamSagaOptions } from '@minos/cqrs';
import { Injectable } from '@nestjs/common';
import { SCOPE_OPTIONS_METADATA } from '@nestjs/common/constants.js';
import type { SagaDefinition } from './saga-definition.js';

export interface SagaOptions {
  /** Raise it with every change of the plan's structure, and keep the class of the old version for as long as instances of it live. From 1. */
  readonly version: number;
  /** The service whose events start it. @default this service */
  readonly from?: string;
}

export interface SagaMetadata extends SagaOptions {
  readonly name: string;
}

type SagaClass = abstract new (...args: never[]) => SagaDefinition;

const SAGA = Symbol.for('@minos/saga/saga');

/** A saga with a plan: its instances are stored, and end. `name` is durable. */
export function Saga(name: string, options: SagaOptions): (target: SagaClass) => void;
/** The saga of @nestjs/cqrs: a function of the stream of events. */
export function Saga(options?: StreamSagaOptions): PropertyDecorator;
export function Saga(
  nameOrOptions: string | StreamSagaOptions = {},
  options: SagaOptions = { version: 1 },
): ((target: SagaClass) => void) | PropertyDecorator {
  if (typeof nameOrOptions !== 'string') return StreamSaga(nameOrOptions);
  return (target: SagaClass) => {
    // A scope that was given stays, so that the start can refuse it.
    if (!Reflect.hasOwnMetadata(SCOPE_OPTIONS_METADATA, target)) Injectable()(target);
    const metadata: SagaMetadata = { name: nameOrOptions, ...options };
    defineMetadata(target, SAGA, Object.freeze(metadata));
  };
}

export function sagaMetadataOf(type: object): SagaMetadata | undefined {
  return ownMetadata<SagaMetadata>(type, SAGA);
}
