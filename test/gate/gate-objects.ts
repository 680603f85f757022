import type { GateObject } from '../../lib/gate/gate-object';

/** An object by itself, as if it came from nowhere. */
export function gateObject(content: object): GateObject {
  return { content: content as GateObject['content'], origin: { file: 'a.yaml', line: 1 } };
}

/** A pod with one container, which is harmless but for what is given. */
export function pod(namespace: string | undefined, name: string, securityContext: object = {}): GateObject {
  return gateObject({
    apiVersion: 'v1', kind: 'Pod', metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: { containers: [{ name: 'app', image: 'registry.example.com/app', securityContext }] },
  });
}

export const PRIVILEGED = { privileged: true };
