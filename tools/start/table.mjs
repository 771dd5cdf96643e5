const NAME = 14;
const ADDRESS = 26;

/** Which process is where and how it is. */
export class ServiceTable {
  constructor(processes) {
    this.processes = processes;
  }

  lines() {
    return [
      row('service', 'address', 'state'),
      row('-'.repeat(NAME - 2), '-'.repeat(ADDRESS - 2), '-'.repeat(24)),
      ...this.processes.map((one) => row(one.label, one.service.base, stateOf(one))),
    ];
  }
}

const row = (service, address, state) => `  ${service.padEnd(NAME)}${address.padEnd(ADDRESS)}${state}`;

function stateOf({ readyMs, pid }) {
  return readyMs === undefined ? 'not ready' : `ready after ${(readyMs / 1000).toFixed(1)} s, process ${pid}`;
}
