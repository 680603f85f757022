import { Errors } from './errors';

/** Where containerd listens. @internal */
export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';

/** The socket of a container runtime on a node. @internal */
export function checkRuntimeSocket(path: string, prop: string, socket: string): void {
  if (typeof socket === 'string' && /^\/run(\/\w[\w.-]*)+\.sock$/.test(socket)) return;
  throw Errors.refused(path, `${prop} is no path of a socket`, socket, 'control AU10, 45 CFR 164.312(b): who calls the container runtime is root on the node, and auditd records it by the path',
    "use a path below /run, such as '/run/crio/crio.sock'");
}
