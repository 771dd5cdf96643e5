export type { DirectorySnapshot, Endpoint, InstanceState, ServiceDirectory, ServiceInstance } from './directory.js';
