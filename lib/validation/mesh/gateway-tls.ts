import { at, listAt } from '../content';

const VERSIONS = ['TLSV1_2', 'TLSV1_3'];

/** What lets plaintext, or TLS that protects nothing, into a gateway of the mesh. */
export function plaintextAtGateway(content: unknown): string | undefined {
  const servers = listAt(content, 'spec', 'servers');
  if (servers.every((server) => at(server, 'port', 'protocol') !== 'HTTPS')) return 'no server of the gateway speaks HTTPS';
  for (const server of servers) {
    const port = `port ${String(at(server, 'port', 'number'))}`;
    const tls = at(server, 'tls');
    switch (at(server, 'port', 'protocol')) {
      case 'HTTP':
        if (at(tls, 'httpsRedirect') !== true) return `${port} serves plain HTTP`;
        break;
      case 'HTTPS': {
        const mode = at(tls, 'mode');
        if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return `the TLS mode of ${port} is ${String(mode ?? 'not set')}, and not SIMPLE or MUTUAL`;
        if (!at(tls, 'credentialName')) return `${port} names no certificate`;
        if (!VERSIONS.includes(String(at(tls, 'minProtocolVersion')))) return `${port} takes TLS before 1.2: minProtocolVersion is ${String(at(tls, 'minProtocolVersion') ?? 'not set')}`;
        if (['TLSV1_0', 'TLSV1_1'].includes(String(at(tls, 'maxProtocolVersion')))) return `${port} takes no TLS from 1.2 on`;
        break;
      }
      default: return `nobody read what ${port} speaks: ${String(at(server, 'port', 'protocol'))}`;
    }
    const hosts = listAt(server, 'hosts').map(String);
    const open = hosts.find((host) => host === '*' || host.endsWith('/*') || host.startsWith('*/'));
    if (hosts.length === 0 || open !== undefined) return `${port} serves ${open ?? 'no host in particular'}`;
  }
  return undefined;
}
