/** A file as SARIF names it. */
export interface ArtifactUri {
  readonly uri: string;
  /** Set where the address is relative: it starts where the gate was run. */
  readonly uriBaseId?: string;
}

/** Name of the folder from which relative addresses start; code scanning takes it for the root of the repository. */
export const SOURCE_ROOT = '%SRCROOT%';

/**
 * The address of a file, percent-encoded. An absolute path becomes a `file:` address, which code scanning makes relative to the checkout;
 * a relative one loses its detours, so that the same file has the same address however it was named.
 */
export function artifactUri(file: string): ArtifactUri {
  if (/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(file)) return { uri: absolute(file) };
  const segments: string[] = [];
  for (const segment of file.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop();
    else segments.push(segment);
  }
  return { uri: segments.map(encoded).join('/') || './', uriBaseId: SOURCE_ROOT };
}

function absolute(file: string): string {
  if (file.startsWith('/')) return `file://${file.split('/').map(encoded).join('/')}`;
  // Of Windows: `C:\work\a.yaml`, `\\server\share\a.yaml`.
  const [drive, ...rest] = file.split(/[\\/]/);
  const path = rest.map(encoded).join('/');
  return drive === '' ? `file:/${path}` : `file:///${drive}/${path}`;
}

function encoded(segment: string): string {
  // Half a pair has no encoding.
  return encodeURIComponent(segment.replace(/\p{Cs}/gu, '\uFFFD'));
}
