import { Rejection } from '@minos/common';

/** The codes with which resources say no; a command whose handler reserves declares them: `Command<Reply, ResourceRejection>`. */
export type ResourceRejection = 'resource.busy' | 'resource.cancelled' | 'resource.lost';

export function resourceBusy(resource: string, by: string): Rejection<'resource.busy'> {
  const why = `The resource ${resource} is not to be had now: ${by} is in the way, and who has something already waits only for younger ones`;
  return new Rejection('resource.busy', why, { resource, by });
}

export function resourceCancelled(resource: string): Rejection<'resource.cancelled'> {
  return new Rejection('resource.cancelled', `The reservation of the resource ${resource} was cancelled before it came`, { resource });
}

export function resourceLost(resource: string, holder: string, fence: number | undefined): Rejection<'resource.lost'> {
  const which = fence === undefined ? '' : ` under the fence ${fence}`;
  return new Rejection('resource.lost', `The resource ${resource} is not held by ${holder}${which}, or not any more`, {
    resource,
    ...(fence === undefined ? {} : { fence }),
  });
}
