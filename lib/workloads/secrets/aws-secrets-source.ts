import { checkArn, checkFields, checkKnownAtSynth, checkRegion, checkText } from '../../profile/checks';
import { Errors } from '../../profile/errors';

/** Services of AWS that keep secrets, as their provider for the Secrets Store CSI driver names them. */
export enum AwsSecretType {
  SECRETS_MANAGER = 'secretsmanager',
  PARAMETER_STORE = 'ssmparameter',
}

/** One value inside a secret that is a JSON document, as a file of its own. */
export interface AwsSecretField {
  /** JMESPath of the value. A name with a hyphen is quoted inside: `'"db-password"'`. */
  readonly path: string;
  /** Name of the file. */
  readonly file: string;
}

/** One secret or parameter that becomes a file. */
export interface AwsSecretObject {
  /** Its name, or its full ARN. */
  readonly name: string;
  readonly type: AwsSecretType;
  /** Name of the file. @default - the name, with _ in place of / */
  readonly file?: string;
  /** Staging label of a secret, or label of a parameter. @default - the current version */
  readonly versionLabel?: string;
  /** Values of a JSON document, each as a file too; the whole document is a file as well. @default - none */
  readonly fields?: readonly AwsSecretField[];
  /** Name or ARN in the failover region, where it has another one. Needs `file`. @default - the same name */
  readonly failoverName?: string;
}

export interface AwsSecretsSourceProps {
  /** Region of the secrets. */
  readonly region: string;
  /** Region that answers where the first one fails. Each secret has to be there: a missing one makes every mount fail. @default - none */
  readonly failoverRegion?: string;
  /**
   * Reads with the pod's EKS Pod Identity (`SecretReaderIdentity`); otherwise with an IAM role for service accounts.
   * @default true
   */
  readonly usePodIdentity?: boolean;
  /** At least one. */
  readonly objects: readonly AwsSecretObject[];
}

const NAMES: Readonly<Record<AwsSecretType, RegExp>> = {
  [AwsSecretType.SECRETS_MANAGER]: /^[\w/+=.@-]{1,512}$/,
  [AwsSecretType.PARAMETER_STORE]: /^\/?[\w.-]+(\/[\w.-]+)*$/,
};
const SERVICES: Readonly<Record<AwsSecretType, string>> = { [AwsSecretType.SECRETS_MANAGER]: 'secretsmanager', [AwsSecretType.PARAMETER_STORE]: 'ssm' };
const RULE = 'AWS Secrets and Configuration Provider for the Secrets Store CSI driver';

/** @internal */
export function checkAwsSource(path: string, props: AwsSecretsSourceProps): void {
  checkFields(path, props, ['region', 'failoverRegion', 'usePodIdentity', 'objects'], RULE);
  checkSecretRegion(path, 'region', props.region);
  if (props.failoverRegion !== undefined) {
    checkSecretRegion(path, 'failoverRegion', props.failoverRegion);
    if (props.failoverRegion === props.region) throw Errors.refused(path, 'failoverRegion is the region itself', props.failoverRegion, RULE, 'use another region, or leave the prop out');
  }
  if (!Array.isArray(props.objects) || props.objects.length === 0) throw Errors.missing(path, 'objects', 'name at least one secret');
  for (const object of props.objects as readonly AwsSecretObject[]) checkObject(path, object, props);
}

/** The objects in the provider's own names, in the order in which it documents them. @internal */
export function awsObjects(objects: readonly AwsSecretObject[]): object[] {
  return objects.map(({ name, type, file, versionLabel, fields, failoverName }) => ({
    objectName: name,
    objectType: type,
    ...(file === undefined ? {} : { objectAlias: file }),
    ...(versionLabel === undefined ? {} : { objectVersionLabel: versionLabel }),
    ...(fields === undefined ? {} : { jmesPath: fields.map((field) => ({ path: field.path, objectAlias: field.file })) }),
    ...(failoverName === undefined ? {} : { failoverObject: { objectName: failoverName } }),
  }));
}

/** @internal */
export function awsFiles(objects: readonly AwsSecretObject[]): string[] {
  return objects.flatMap(({ name, file, fields = [] }) => [file ?? name.replaceAll('/', '_'), ...fields.map((field) => field.file)]);
}

function checkSecretRegion(path: string, prop: string, region: string): void {
  checkRegion(path, prop, region);
  checkKnownAtSynth(path, prop, region);
}

function checkObject(path: string, object: AwsSecretObject, { region, failoverRegion }: AwsSecretsSourceProps): void {
  checkFields(path, object, ['name', 'type', 'file', 'versionLabel', 'fields', 'failoverName'], RULE);
  if (!Object.values(AwsSecretType).includes(object.type)) throw Errors.refused(path, 'no such type of secret', object.type, RULE, 'use AwsSecretType.SECRETS_MANAGER or PARAMETER_STORE');
  checkName(path, 'name', object.name, object.type, region);
  if (object.versionLabel !== undefined) checkText(path, 'versionLabel', object.versionLabel);
  for (const field of object.fields ?? []) {
    checkFields(path, field, ['path', 'file'], RULE);
    checkText(path, 'path', field.path);
  }
  if (object.failoverName === undefined) return;
  if (failoverRegion === undefined) throw Errors.refused(path, 'failoverName without a failoverRegion', object.failoverName, RULE, 'name the failoverRegion');
  if (object.file === undefined) throw Errors.refused(path, 'failoverName without a file', object.failoverName, RULE, 'name the file: the two regions have two names');
  checkName(path, 'failoverName', object.failoverName, object.type, failoverRegion);
}

function checkName(path: string, prop: string, name: string, type: AwsSecretType, region: string): void {
  if (typeof name === 'string' && name.startsWith('arn:')) {
    checkArn(path, prop, name, SERVICES[type]);
    if (name.split(':')[3] !== region) throw Errors.refused(path, `${prop} is of another region`, name, `${RULE}: the region of an ARN is the region that is asked`, `use an ARN of ${region}`);
    return;
  }
  if (typeof name !== 'string' || !NAMES[type].test(name)) throw Errors.refused(path, `${prop} is no name of a secret`, name, RULE, "use a name such as 'healthcare-prod/db', or a full ARN, as plain text");
}
