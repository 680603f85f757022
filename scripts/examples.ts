/** Compiles every `@example` of the library's docstrings and the TypeScript of the guides: an example that does not compile teaches a mistake. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';

const root = path.join(__dirname, '..');

/** What an example may assume to stand around it. */
const PRELUDE = `
import { App, Chart, Cron, Duration, JsonPatch, Size } from 'cdk8s';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import * as hipaa from '../lib';
declare const chart: Chart, templatesChart: Chart, constraintsChart: Chart, scope: Construct, stack: TerraformStack, cluster: EksCluster;
declare const app: App, kubernetesVersion: hipaa.KubernetesVersion, profile: hipaa.HipaaProfile, eks: hipaa.HipaaEksCluster, archive: hipaa.AuditArchive;
declare const topic: hipaa.AlarmTopic, key: hipaa.EncryptionKey;
declare const phi: hipaa.PhiNamespace, api: hipaa.HardenedDeployment, db: hipaa.HardenedStatefulSet;
declare const archiveKey: hipaa.EncryptionKey, logsKey: hipaa.EncryptionKey, secretsKey: hipaa.EncryptionKey;
`;

interface Example {
  readonly where: string;
  readonly code: string;
}

function examplesIn(file: string): Example[] {
  const text = fs.readFileSync(file, 'utf8');
  return [...text.matchAll(/@example\n([\s\S]*?)\n\s*\*\//g)].map((match) => ({
    where: `${path.relative(root, file)}:${text.slice(0, match.index).split('\n').length}`,
    code: match[1].split('\n').map((line) => line.replace(/^\s*\* ?/, '')).join('\n'),
  }));
}

/** The TypeScript of a guide. */
function examplesOf(guide: string): Example[] {
  const text = fs.readFileSync(path.join(root, 'docs', guide), 'utf8');
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => ({ where: `docs/${guide}:${text.slice(0, match.index).split('\n').length}`, code: match[1] }));
}

const files = fs.readdirSync(path.join(root, 'lib'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).sort();
const guides = fs.readdirSync(path.join(root, 'docs')).filter((file) => file.endsWith('.md')).sort();
const examples = [...files.flatMap((file) => examplesIn(path.join(root, 'lib', file))), ...guides.flatMap(examplesOf)];
if (examples.length === 0) throw new Error('no example was found');

// Each example sees the public names as if it had imported them, and nothing of the other examples.
const source = `${PRELUDE}${examples.map(({ code }, i) => `export function example${i}(): void {\n${code}\n}`).join('\n')}\n`;
const virtual = path.join(root, 'scripts', '__examples.ts');
const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile).config as { compilerOptions: object };
const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, noUnusedLocals: false, noUnusedParameters: false }, root);
const host = ts.createCompilerHost(options);

/** Imports the public names that the examples mention. */
function withImports(text: string): string {
  const program = ts.createProgram([path.join(root, 'lib', 'index.ts')], options, host);
  const checker = program.getTypeChecker();
  const entry = checker.getSymbolAtLocation(program.getSourceFile(path.join(root, 'lib', 'index.ts'))!)!;
  const exported = checker.getExportsOfModule(entry).map((symbol) => symbol.name).filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  return `import { ${exported.join(', ')} } from '../lib';\n${text}`;
}

const text = withImports(source);
const read = host.getSourceFile.bind(host);
host.getSourceFile = (name, ...rest) => (name === virtual ? ts.createSourceFile(name, text, rest[0]) : read(name, ...rest));
const exists = host.fileExists.bind(host);
host.fileExists = (name) => name === virtual || exists(name);
const program = ts.createProgram([virtual], options, host);
const diagnostics = ts.getPreEmitDiagnostics(program, program.getSourceFile(virtual));
for (const diagnostic of diagnostics) {
  const line = text.slice(0, diagnostic.start).split('\n').length;
  const index = Number([...text.split('\n').slice(0, line).join('\n').matchAll(/function example(\d+)/g)].at(-1)?.[1] ?? -1);
  console.error(`${examples[index]?.where ?? 'prelude'}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`);
}
console.log(`${examples.length} examples, ${diagnostics.length} do not compile`);
process.exitCode = diagnostics.length === 0 ? 0 : 1;
