import { posix } from 'node:path';
import { Errors } from '../profile/errors';

/** A directory below these is made for one purpose; the others are shared, or hold the node's own files. */
const OWN_DIRECTORY = /^\/(run|var\/run|opt|srv)\/(?!(containerd|crio|cri-dockerd|docker|dbus|lock|netns|secrets|systemd|udev|user)(\/|$))/;

/**
 * A socket of a KMS plugin on the node. Its directory is mounted whole, so it must hold nothing but the socket.
 *
 * @internal
 */
export function checkSocketPath(path: string, prop: string, socket: string): void {
  const isPath = typeof socket === 'string' && /^(\/[A-Za-z0-9._-]+)+$/.test(socket) && posix.normalize(socket) === socket;
  if (!isPath || socket.length > 107 || !OWN_DIRECTORY.test(posix.dirname(socket))) {
    throw Errors.refused(path, `${prop} is no socket in a directory of its own`, socket,
      'the directory is mounted into the API server: a shared one would bring other sockets and files with it (Linux: a socket path has at most 107 bytes)',
      "use a path such as '/var/run/kmsplugin/socket.sock'");
  }
}
