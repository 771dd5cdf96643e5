export type {
  DirectorySnapshot,
  Endpoint,
  InstanceKey,
  InstanceState,
  Registration,
  RegistrationAnswer,
  ServiceDirectory,
  ServiceInstance,
} from './contracts/index.js';
export { DiscoveryClient } from './client/discovery-client.js';
export { DirectoryUnavailableError, ServiceUnavailableError } from './client/directory/directory.errors.js';
export { RegistryDirectory } from './client/directory/registry-directory.js';
export type { RegistryDirectoryOptions } from './client/directory/registry-directory.options.js';
export { StaticDirectory, type StaticInstance } from './client/directory/static-directory.js';
export { KubernetesDirectory } from './client/kubernetes/kubernetes-directory.js';
export type { KubernetesDirectoryOptions } from './client/kubernetes/kubernetes-directory.options.js';
export { Registrar, type RegistrarStatus } from './client/registrar/registrar.js';
export type { RegistrarOptions } from './client/registrar/registrar.options.js';
export { isOwnPath, OWN_PATHS, shapeOf, templateFault } from './routes/path-template.js';
