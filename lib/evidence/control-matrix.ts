import type { Attestation } from '../controls/attestation';
import { CATALOGUE, type Citation, type ControlDefinition } from '../controls/catalogue';
import { inheritedControls } from '../controls/inherited';
import { ClaimKind } from '../controls/safeguard';
import type { HipaaProfile } from '../profile/profile';
import { CheckContext } from '../validation/check-context';
import { checkFor } from '../validation/checks';
import { describeReference, type ObjectReference, type SynthesizedObject } from '../validation/synthesized-object';

/** How a control ends. There is no silent default: what nothing answers for is not met. */
export enum ControlStatus {
  /** Emitted objects enforce it, and each was checked as it was synthesized. */
  ENFORCED = 'enforced',
  /** The provider answers for it. */
  INHERITED = 'inherited',
  /** An owner answers for it, from a day until a day. */
  ATTESTED = 'attested',
  /** An approved exception holds. */
  EXCEPTED = 'excepted',
  NOT_MET = 'not met',
}

/** An emitted object that takes part in a control. */
export interface EvidenceObject extends ObjectReference {
  readonly path: string;
  readonly how: string;
}

/** One row of the matrix. */
export interface ControlEvidence {
  readonly id: string;
  readonly title: string;
  readonly citations: readonly Citation[];
  readonly cis: readonly string[];
  readonly cisEks: readonly string[];
  readonly nist: readonly string[];
  readonly status: ControlStatus;
  /** Why it is not met, who answers for it, or why it is excepted; empty where objects enforce it. */
  readonly reasons: readonly string[];
  readonly objects: readonly EvidenceObject[];
}

/** Which emitted object enforces which control, for one cluster. */
export interface ControlMatrix {
  readonly cluster: string;
  readonly platform: string;
  readonly kubernetesVersion: string;
  readonly phiNamespaces: readonly string[];
  /** The day that expiries were judged by; absent where nobody gave one, and none was judged. */
  readonly asOf?: string;
  /** How many controls have each status. */
  readonly summary: Readonly<Record<string, number>>;
  readonly controls: readonly ControlEvidence[];
}

export interface ControlMatrixProps {
  readonly profile: HipaaProfile;
  /** Everything that was emitted, from all trees. */
  readonly objects: readonly SynthesizedObject[];
  /**
   * The day by which exceptions and attestations are judged, YYYY-MM-DD. Nothing here reads a clock.
   * @default - expiries are not judged
   */
  readonly asOf?: string;
}

/** Answers every control of the catalogue from what was synthesized. */
export function controlMatrix(props: ControlMatrixProps): ControlMatrix {
  const { profile } = props;
  const context = new CheckContext(profile, props.objects);
  const controls = withFoundations(CATALOGUE.map((definition) => answer(definition, props, context)));
  const summary = Object.fromEntries(Object.values(ControlStatus).map((status) => [status, controls.filter((control) => control.status === status).length]));
  return {
    cluster: profile.cluster,
    platform: profile.platform.label,
    kubernetesVersion: profile.platform.version.version,
    phiNamespaces: profile.phiNamespaces.map((namespace) => namespace.name),
    ...(props.asOf === undefined ? {} : { asOf: props.asOf }),
    summary,
    controls,
  };
}

/**
 * What objects enforce is not met while a control that it rests on is not: a NetworkPolicy without an enforcer is text. Where an exception covers that one, it covers
 * this one as well, and nothing enforces it. A foundation has foundations, too.
 */
function withFoundations(answers: readonly ControlEvidence[]): ControlEvidence[] {
  const byId = new Map(answers.map((row, index) => [row.id, { row, restsOn: CATALOGUE[index].restsOn ?? [] }]));
  const settled = new Map<string, ControlEvidence>();
  const settle = (id: string): ControlEvidence => {
    const known = settled.get(id);
    if (known) return known;
    const { row, restsOn } = byId.get(id)!;
    if (row.status !== ControlStatus.ENFORCED) return row;
    const foundations = restsOn.map(settle);
    const worst = [ControlStatus.NOT_MET, ControlStatus.EXCEPTED].find((status) => foundations.some((foundation) => foundation.status === status));
    const answer = worst === undefined ? row : {
      ...row,
      status: worst,
      reasons: foundations.filter((foundation) => foundation.status === worst).map((foundation) => `rests on ${foundation.id} ${foundation.title}, which is ${worst}: ${foundation.reasons.join('; ')}`),
    };
    settled.set(id, answer);
    return answer;
  };
  return answers.map(({ id }) => settle(id));
}

/** Worst first: an expired exception or a shortfall outweighs every object that implements the control. */
function answer(definition: ControlDefinition, props: ControlMatrixProps, context: CheckContext): ControlEvidence {
  const { profile, asOf } = props;
  const enforced = enforcement(definition, props, context);
  const exception = profile.exceptionFor(definition.id);
  const row = (status: ControlStatus, reasons: readonly string[]): ControlEvidence => ({
    id: definition.id,
    title: definition.title,
    citations: definition.citations,
    cis: definition.cis,
    cisEks: definition.cisEks,
    nist: definition.nist,
    status,
    reasons,
    objects: enforced.objects,
  });

  if (exception) {
    if (asOf !== undefined && exception.isExpired(asOf)) return row(ControlStatus.NOT_MET, [`the exception approved by ${exception.approver} expired on ${exception.expires}`]);
    return row(ControlStatus.EXCEPTED, [`${exception.reason} (approved by ${exception.approver}, expires ${exception.expires})`]);
  }
  if (enforced.shortfalls.length > 0) return row(ControlStatus.NOT_MET, enforced.shortfalls);
  const open = enforced.leftOpen;
  if (enforced.objects.length > 0 && open.length === 0) return row(ControlStatus.ENFORCED, []);

  const inherited = inheritedControls(profile.platform).find((candidate) => candidate.control === definition.id);
  if (inherited && open.length === 0) return row(ControlStatus.INHERITED, [`${inherited.provider}: ${inherited.citation}`]);

  const attestations = latest(profile.attestations.filter((candidate) => candidate.control === definition.id), asOf);
  if (attestations.length > 0) {
    const ended = asOf === undefined ? [] : attestations.filter((attestation) => attestation.isExpired(asOf));
    if (ended.length > 0) return row(ControlStatus.NOT_MET, ended.map((attestation) => `the attestation by ${attestation.by} holds from ${attestation.on} until ${attestation.until} only: ${attestation.statement}`));
    return row(ControlStatus.ATTESTED, attestations.map((attestation) => `${attestation.statement} (${attestation.by}, ${attestation.on}, until ${attestation.until})`));
  }
  return row(ControlStatus.NOT_MET, open.length > 0 ? open.map((why) => `${why}; nobody attests it`) : ['no emitted object enforces it, no provider or owner answers for it']);
}

/** A statement that was attested again is renewed: the one that holds on the day counts, or else the last. Different statements all have to hold. */
function latest(attestations: readonly Attestation[], asOf: string | undefined): Attestation[] {
  const byStatement = new Map<string, Attestation>();
  for (const attestation of [...attestations].sort((a, b) => (a.on < b.on ? -1 : 1))) {
    const earlier = byStatement.get(attestation.statement);
    const holds = earlier !== undefined && asOf !== undefined && !earlier.isExpired(asOf);
    if (!holds) byStatement.set(attestation.statement, attestation);
  }
  return [...byStatement.values()];
}

interface Enforcement {
  readonly objects: EvidenceObject[];
  /** Why it is not met, whoever attests it. */
  readonly shortfalls: string[];
  /** What no emitted object can tell. */
  readonly leftOpen: string[];
}

function enforcement(definition: ControlDefinition, props: ControlMatrixProps, context: CheckContext): Enforcement {
  const objects: EvidenceObject[] = [];
  const shortfalls: string[] = [];
  const leftOpen: string[] = [];
  for (const object of props.objects) {
    for (const claim of object.claims) {
      if (claim.control !== definition.id) continue;
      const name = describeReference(object.reference);
      objects.push({ ...object.reference, path: object.path, how: claim.how });
      if (claim.kind === ClaimKind.FALLS_SHORT) {
        shortfalls.push(`${name}: ${claim.how}`);
        continue;
      }
      const check = checkFor(definition.id, object);
      if (claim.kind === ClaimKind.LEFT_OPEN) {
        leftOpen.push(`${name}: ${claim.how}`);
        continue;
      }
      // A word that nothing verified is no evidence.
      const failure = check ? check.check(object, context) : 'no check verifies this claim; attest the control instead';
      if (failure !== undefined) shortfalls.push(`${name}: ${failure}`);
    }
  }
  const implementing = objects.length > leftOpen.length;
  if (implementing && definition.perPhiNamespace) shortfalls.push(...uncovered(objects, props.profile));
  return { objects, shortfalls, leftOpen };
}

/** PHI namespaces without an object of their own for the control. */
function uncovered(objects: readonly EvidenceObject[], profile: HipaaProfile): string[] {
  const covered = new Set(objects.map((object) => (object.kind === 'Namespace' ? object.name : object.namespace)));
  return profile.phiNamespaces.filter((namespace) => !covered.has(namespace.name)).map((namespace) => `nothing enforces it in the PHI namespace ${namespace.name}`);
}
