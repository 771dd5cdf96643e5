export type { DirectorySnapshot, Endpoint, InstanceState, ServiceDirectory, ServiceInstance } from './contracts/index.js';
