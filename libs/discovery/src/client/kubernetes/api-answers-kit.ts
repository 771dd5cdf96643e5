/** Answers in the form of the Kubernetes API 1.31: `kubectl get --raw`, shortened by what nobody reads here. */
export const SERVICES = {
  kind: 'ServiceList',
  apiVersion: 'v1',
  metadata: { resourceVersion: '48213' },
  items: [
    {
      metadata: {
        name: 'order',
        namespace: 'shop',
        uid: '6f1c0f0e-8d0f-4f7c-9f39-8a4f3d4cf0aa',
        resourceVersion: '3120',
        creationTimestamp: '2026-01-10T09:12:44Z',
        labels: { 'app.kubernetes.io/part-of': 'shop', 'app.kubernetes.io/version': '1.4.2' },
        annotations: {
          'minos.dev/endpoints': '[{"method":"GET","path":"/orders/{id}","access":{"public":false,"roles":["admin"],"permissions":[]}}]',
        },
      },
      spec: { ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8084 }], clusterIP: '10.96.44.12', type: 'ClusterIP' },
      status: { loadBalancer: {} },
    },
  ],
};

const ENDPOINT = {
  addresses: ['10.0.0.1'],
  conditions: { ready: true, serving: true, terminating: false },
  targetRef: { kind: 'Pod', namespace: 'shop', name: 'order-5d8f6b7c9-2xkqj', uid: 'b5a8d0c4-54bb-4f5f-a8f1-1f8cb2c4a7de' },
  nodeName: 'worker-1',
  zone: 'eu-central-1a',
};

export const SLICE = {
  metadata: {
    name: 'order-7k2mx',
    generateName: 'order-',
    namespace: 'shop',
    uid: '0b4d7f0b-0b8f-4d8f-8d0c-31f0a1c8f6aa',
    resourceVersion: '48190',
    generation: 4,
    labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io', 'kubernetes.io/service-name': 'order' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'order', uid: '6f1c0f0e-8d0f-4f7c-9f39-8a4f3d4cf0aa', controller: true }],
  },
  addressType: 'IPv4',
  endpoints: [
    ENDPOINT,
    {
      addresses: ['10.0.0.2'],
      conditions: { ready: false, serving: false, terminating: false },
      targetRef: { ...ENDPOINT.targetRef, uid: 'not-ready' },
    },
    {
      addresses: ['10.0.0.3'],
      conditions: { ready: false, serving: true, terminating: true },
      targetRef: { ...ENDPOINT.targetRef, uid: 'leaving' },
    },
    {
      addresses: ['10.0.0.4'],
      conditions: { ready: false, serving: false, terminating: true },
      targetRef: { ...ENDPOINT.targetRef, uid: 'left' },
    },
  ],
  ports: [
    { name: 'metrics', port: 9090, protocol: 'TCP' },
    { name: 'http', port: 8084, protocol: 'TCP' },
  ],
};

export const SLICES = {
  kind: 'EndpointSliceList',
  apiVersion: 'discovery.k8s.io/v1',
  metadata: { resourceVersion: '48213' },
  items: [SLICE],
};

export const BOOKMARK = {
  type: 'BOOKMARK',
  object: {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: { name: '', resourceVersion: '48300', creationTimestamp: null },
    endpoints: null,
    ports: null,
  },
};

export const GONE = {
  type: 'ERROR',
  object: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'too old resource version: 48213 (51007)',
    reason: 'Expired',
    code: 410,
  },
};
