import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, TerraformStack, Testing } from 'cdktf';

/** Arguments of a Terraform resource, as Terraform's JSON has them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into every shape
export type ResourceArguments = Record<string, any>;

/** What Terraform would get. */
export interface SynthesizedStack {
  /** Arguments by type and name, without cdktf's own comments. */
  resources: Record<string, Record<string, ResourceArguments>>;
  /** The one resource of a type. */
  only(type: string): ResourceArguments;
}

/** A stack named `Test`, with a provider and a backend that holds no path of this machine. */
export function testStack(): TerraformStack {
  const stack = new TerraformStack(Testing.app({ stackTraces: false }), 'Test');
  new AwsProvider(stack, 'Aws', { region: 'us-east-1' });
  new S3Backend(stack, { bucket: 'terraform-state', key: 'test', region: 'us-east-1' });
  return stack;
}

/** Synthesizes what `build` puts into a stack, node validations included. */
export function synthStack(build: (stack: TerraformStack) => void): SynthesizedStack {
  const stack = testStack();
  build(stack);
  return readStack(stack);
}

export function readStack(stack: TerraformStack): SynthesizedStack {
  const json = JSON.parse(Testing.synth(stack, true)) as { resource?: Record<string, Record<string, ResourceArguments>> };
  const resources = json.resource ?? {};
  for (const named of Object.values(resources)) {
    for (const resource of Object.values(named)) delete resource['//'];
  }
  return {
    resources,
    only(type) {
      const found = Object.values(resources[type] ?? {});
      if (found.length !== 1) throw new Error(`expected one ${type}, found ${found.length}`);
      return found[0];
    },
  };
}
