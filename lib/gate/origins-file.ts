import * as fs from 'node:fs';
import * as path from 'node:path';
import { ApiObject, App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { creationPlace } from './creation-places';
import { ORIGINS_FILE, originKey, type WrittenOrigin } from './read-origins';

/**
 * Writes beside cdk8s' own record of constructs where each object comes from, and only where cdk8s writes that: its command line asks for it when validations are
 * configured. cdk8s' record knows objects by their name alone.
 */
export function writeOrigins(root: IConstruct): void {
  if (!App.isConstruct(root) || !(root instanceof App) || process.env.CDK8S_RECORD_CONSTRUCT_METADATA !== 'true') return;
  const origins: Record<string, WrittenOrigin> = {};
  for (const object of root.node.findAll()) {
    if (!ApiObject.isApiObject(object)) continue;
    const { apiVersion, kind, name, metadata } = object;
    origins[originKey({ apiVersion, kind, name, namespace: metadata.namespace })] = { constructPath: object.node.path, createdAt: creationPlace(object) };
  }
  fs.mkdirSync(root.outdir, { recursive: true });
  fs.writeFileSync(path.join(root.outdir, ORIGINS_FILE), `${JSON.stringify({ version: 1, objects: origins }, null, 2)}\n`);
}
