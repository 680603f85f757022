import * as fs from 'node:fs';
import * as path from 'node:path';

/** Written by `PhiGate`, and read by the validation plugin of cdk8s' command line, which runs in a process of its own. */
export const ORIGINS_FILE = 'construct-origins.json';
/** cdk8s' own record: by name alone, so that objects of one name share an entry. */
const CDK8S_FILE = 'construct-metadata.json';

export interface WrittenOrigin {
  readonly constructPath: string;
  readonly createdAt?: string;
}

interface Named {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export function originKey({ apiVersion, kind, namespace, name }: Named): string {
  return `${apiVersion} ${kind} ${namespace ?? ''}/${name}`;
}

/** Where objects of a folder of manifests come from, as far as it is written there. */
export function readOrigins(folder: string): (object: Named, isOnlyOne: boolean) => WrittenOrigin | undefined {
  const own = read<{ objects: Record<string, WrittenOrigin> }>(path.join(folder, ORIGINS_FILE))?.objects ?? {};
  const byName = read<{ resources: Record<string, { path: string }> }>(path.join(folder, CDK8S_FILE))?.resources ?? {};
  return (object, isOnlyOne) => {
    if (Object.hasOwn(own, originKey(object))) return own[originKey(object)];
    return isOnlyOne && Object.hasOwn(byName, object.name) ? { constructPath: byName[object.name].path } : undefined;
  };
}

function read<T>(file: string): T | undefined {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) as T : undefined;
}
