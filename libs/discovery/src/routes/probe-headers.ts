/** Of a probe: the id of the instance that it is for. */
export const PROBE_HEADER = 'minos-probe';
/** Of its answer: the id of the instance that answers, so that another process at the same address is not taken for it. */
export const INSTANCE_HEADER = 'minos-instance';
