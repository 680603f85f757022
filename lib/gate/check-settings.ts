import type { ApprovedBinding } from '../admission/approved-binding';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkList, checkPort, checkRegistry, checkText, checkTexts } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { GateSettings } from './gate-settings';

/** Settings as a file or the properties of a plugin hold them. The day and the exceptions come from elsewhere. */
export type WrittenSettings = Omit<GateSettings, 'exceptions' | 'asOf'>;

const WHY = 'a setting that is not understood would be lost, and less be judged than was meant';

type CheckItem = (path: string, prop: string, value: string) => void;

const LISTS: Readonly<Record<string, CheckItem>> = {
  phiNamespaces: (path, prop, value) => {
    if (value !== '*') checkDnsLabel(path, prop, value);
  },
  approvedRegistries: checkRegistry,
  storageClasses: checkDnsSubdomain,
  apiClients: (path, prop, value) => {
    if (!/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(value)) throw Errors.refused(path, `${prop} is no namespace/name`, value, 'Kubernetes: a ServiceAccount belongs to a namespace', "use one such as 'cert-manager/cert-manager'");
  },
  allowedEnvNames: checkText,
  archiveBuckets: checkText,
  rules: checkText,
};

/** Every field that a file or the properties of a plugin may hold. */
export const SETTINGS_FIELDS: readonly string[] = [...Object.keys(LISTS), 'defaultNamespace', 'approvedBindings', 'tlsPorts'];

/**
 * Settings that somebody wrote in YAML, checked field by field.
 *
 * @param at where a field stands, as errors name it.
 * @throws where a field is none, or holds what it can't.
 */
export function checkSettings(value: Readonly<Record<string, unknown>>, at: (field: string) => string): WrittenSettings {
  for (const [field, item] of Object.entries(value)) {
    const path = at(field);
    if (LISTS[field]) checkNames(path, field, item as string[]);
    else if (field === 'defaultNamespace') checkDnsLabel(path, field, item as string);
    else if (field === 'tlsPorts') checkPorts(path, item as number[]);
    else if (field === 'approvedBindings') checkBindings(path, item as ApprovedBinding[]);
    else throw Errors.unknownField(path, field, SETTINGS_FIELDS, WHY);
  }
  return value;
}

/** A list of names, of a flag as well. */
export function checkNames(path: string, field: string, names: readonly string[]): void {
  checkTexts(path, field, names, WHY, 'give a list of names');
  if (field === 'rules' && names.length === 0) throw Errors.refused(path, 'rules names no rule', names, 'where no rule is asked, nothing is judged', 'leave rules out: all are asked');
  names.forEach((name, index) => LISTS[field](path, `${field}[${index}]`, name));
}

function checkPorts(path: string, ports: readonly number[]): void {
  checkList(path, 'tlsPorts', ports, WHY, 'give a list of ports');
  ports.forEach((port, index) => checkPort(path, `tlsPorts[${index}]`, port));
}

function checkBindings(path: string, bindings: readonly ApprovedBinding[]): void {
  const rule = 'control AC3: a binding is approved to the letter';
  checkList(path, 'approvedBindings', bindings, rule, 'give a list of bindings');
  bindings.forEach((binding, index) => {
    const prop = `approvedBindings[${index}]`;
    checkFields(path, binding, ['namespace', 'name', 'roleKind', 'roleName', 'subjects'], rule);
    if (binding.namespace !== undefined) checkDnsLabel(path, `${prop}.namespace`, binding.namespace);
    checkText(path, `${prop}.name`, binding.name);
    checkText(path, `${prop}.roleName`, binding.roleName);
    checkOneOf(path, `${prop}.roleKind`, binding.roleKind, ['Role', 'ClusterRole']);
    checkList(path, `${prop}.subjects`, binding.subjects, rule, 'name every subject, with kind and name');
    binding.subjects.forEach((subject, position) => {
      checkFields(path, subject, ['kind', 'name', 'namespace'], rule);
      checkOneOf(path, `${prop}.subjects[${position}].kind`, subject.kind, ['User', 'Group', 'ServiceAccount']);
      checkText(path, `${prop}.subjects[${position}].name`, subject.name);
      if (subject.namespace !== undefined) checkDnsLabel(path, `${prop}.subjects[${position}].namespace`, subject.namespace);
    });
  });
}

function checkOneOf(path: string, prop: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw Errors.refused(path, `${prop} is none that there is`, value, 'Kubernetes, RBAC: RoleRef and Subject', `use one of: ${known.join(', ')}`);
}
