import * as fs from 'node:fs';
import * as path from 'node:path';

/** Version of this library, by the package.json that is nearest above: sources and what is built of them lie at different depths. */
export function libraryVersion(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    const found = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) as { readonly version?: string } : {};
    if (found.version !== undefined) return found.version;
    if (folder === path.dirname(folder)) return 'unknown';
  }
}
