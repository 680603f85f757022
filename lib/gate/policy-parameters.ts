import { approvalOf, groupedByContent, isOfPeople, type ApprovedBinding, type EmittedBinding } from '../admission/approved-binding';
import { groupOf, nameOf, type GateObject } from './gate-object';
import type { GateSettings } from './gate-settings';

/** What a rule is told of an object. */
export type RuleParameters = (object: GateObject) => Readonly<Record<string, unknown>>;

/** What a rule is told, or why it is not asked. */
export type ToldOrNot = RuleParameters | { readonly notJudged: string };

/** What the gate knows of its input. */
export interface InputFacts {
  readonly objects: readonly GateObject[];
  readonly phiNamespaces: readonly string[];
}

type Derive = (settings: GateSettings, facts: InputFacts) => ToldOrNot;

/** Of rules that are to be told something; others need nothing. */
const DERIVED: Readonly<Record<string, Derive>> = {
  'approved-images': ({ approvedRegistries }) => (approvedRegistries === undefined
    ? { notJudged: 'no registry is approved: name them by --approved-registries, or approvedRegistries' }
    : () => ({ registries: approvedRegistries })),
  // Where every namespace holds PHI, every volume may come to it.
  'host-path': (_settings, { phiNamespaces }) => () => (phiNamespaces.includes('*') ? {} : { phiNamespaces }),
  'service-account-tokens': ({ apiClients = [] }) => () => ({ allowedServiceAccounts: apiClients.map(accountOf) }),
  'plaintext-secrets': ({ allowedEnvNames }) => () => (allowedEnvNames === undefined ? {} : { allowedNames: allowedEnvNames }),
  'service-exposure': ({ tlsPorts }) => () => (tlsPorts === undefined ? {} : { tlsPorts }),
  'storage-encryption': ({ storageClasses }, { objects }) => {
    // The classes of the input are judged themselves.
    const classes = storageClasses ?? objects.filter(({ content }) => content.kind === 'StorageClass' && groupOf(content.apiVersion) === 'storage.k8s.io').map((object) => nameOf(object).name);
    return classes.length === 0 ? { notJudged: 'no StorageClass is known to encrypt: name them by --storage-classes, or storageClasses' } : () => ({ storageClasses: classes });
  },
  'binding-approval': ({ approvedBindings }, { phiNamespaces }) => (object) => ({ approvedBindings: groupedByContent(approvedBindings ?? approvedByReview(object)), phiNamespaces }),
};

export function parametersOf(rule: string, settings: GateSettings, facts: InputFacts): ToldOrNot {
  return DERIVED[rule]?.(settings, facts) ?? (() => ({}));
}

/** A binding of people that stands in the input is approved, as it is, by whoever reviews the input. One that ends is judged by what it says of its end. */
function approvedByReview({ content }: GateObject): ApprovedBinding[] {
  const binding = content as unknown as EmittedBinding;
  const isWhole = Array.isArray(binding.subjects) && typeof binding.roleRef === 'object' && binding.roleRef !== null && typeof binding.metadata?.name === 'string';
  return isWhole && isOfPeople(binding) ? [approvalOf(binding)] : [];
}

/** `healthcare-prod/record-operator` */
function accountOf(name: string): { namespace: string; name: string } {
  const [namespace, ...rest] = name.split('/');
  return { namespace, name: rest.join('/') };
}
