import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { EventSourcingFeature, type EventSourcingFeatureOptions } from './feature.js';

/** Finds what the modules of this application declare with `forFeature`. Needs no instances, so it works while they are being made. */
@Injectable()
export class FeatureExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  explore(): Required<EventSourcingFeatureOptions> {
    const found = this.discovery
      .getProviders()
      .flatMap(({ instance }: { instance: unknown }) => (instance instanceof EventSourcingFeature ? [instance.options] : []));
    return {
      aggregates: unique(found.flatMap(({ aggregates = [] }) => aggregates)),
      messages: unique(found.flatMap(({ messages = [] }) => messages)),
      upcasters: unique(found.flatMap(({ upcasters = [] }) => upcasters)),
    };
  }
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];
