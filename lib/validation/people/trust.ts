import { at } from '../content';
import { hasCondition, isForEveryone, statementsOf, type WrittenCondition, type WrittenStatement } from '../policy-statements';
import type { SynthesizedObject } from '../synthesized-object';

/** What opens no session by itself: it only adds to one (AWS STS). */
const ADDITIONS = ['sts:tagsession', 'sts:setsourceidentity', 'sts:setcontext'];
const [ASSUME, SAML, WEB_IDENTITY] = ['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity'];
/** What the trust policy says of a user's name; Terraform's JSON has the `$` twice. */
const USER_NAME = /^\$?\$\{aws:username\}$/i;
const SESSION_NAME_OF_CALLER = /^\*:\$?\$\{sts:RoleSessionName\}$/i;
const LONGEST = 3600;

/** How a statement lets people in; `unknown` is every other way, and every way that is wider than one action for named principals. */
export enum Entrance {
  ASSUME = 'assume',
  SAML = 'saml',
  WEB_IDENTITY = 'web-identity',
  UNKNOWN = 'unknown',
}

/** The statements of a role's trust policy that let somebody in. */
export function entrances(role: SynthesizedObject): readonly WrittenStatement[] {
  return statementsOf(at(role.content, 'assume_role_policy')).filter((statement) => statement.allows && !(!statement.inverted && statement.actions.every((action) => ADDITIONS.includes(action))));
}

export function entranceOf(statement: WrittenStatement): Entrance {
  const types = [...statement.principals.keys()];
  const ways = statement.actions.filter((action) => !ADDITIONS.includes(action));
  const names = [...statement.principals.values()].flat();
  if (statement.inverted || ways.length !== 1 || types.length !== 1 || names.length === 0 || names.some((name) => name.includes('*'))) return Entrance.UNKNOWN;
  if (ways[0] === ASSUME && types[0] === 'AWS') return Entrance.ASSUME;
  if (types[0] !== 'Federated') return Entrance.UNKNOWN;
  // An ARN that Terraform fills in is a provider of the right kind, or AWS takes none of its tokens.
  if (ways[0] === SAML && names.every((name) => /:saml-provider\/|^\$\{/.test(name))) return Entrance.SAML;
  return ways[0] === WEB_IDENTITY && names.every((name) => /:oidc-provider\/|^\$\{/.test(name)) ? Entrance.WEB_IDENTITY : Entrance.UNKNOWN;
}

/** What lets a role's session last longer than an hour. */
export function longSession({ content }: SynthesizedObject): string | undefined {
  const seconds = at(content, 'max_session_duration') ?? LONGEST;
  return typeof seconds === 'number' && seconds <= LONGEST ? undefined : `a session of the role may last ${String(seconds)} s`;
}

/** What lets somebody in without a second factor that AWS tests. */
export function withoutSecondFactor(role: SynthesizedObject): string | undefined {
  return ofEach(role, (statement) => {
    const entrance = entranceOf(statement);
    if (entrance === Entrance.ASSUME) {
      // Tags of sts:AssumeRole are the caller's own word.
      if (!hasCondition(statement, 'Bool', 'aws:MultiFactorAuthPresent', 'true')) return 'the role lets in who used no second factor';
      const recent = conditionsOn(statement, 'aws:multifactorauthage').some(({ operator, values }) => ['NumericLessThan', 'NumericLessThanEquals'].includes(operator) && values.every((value) => Number(value) <= LONGEST));
      return recent ? undefined : 'the role lets in whose second factor is older than an hour';
    }
    if (entrance === Entrance.UNKNOWN) return 'the role lets in others than people who are asked for a second factor';
    const tagged = statement.conditions.some(({ operator, key, values }) => operator === 'StringEquals' && key.startsWith('aws:requesttag/') && key !== 'aws:requesttag/reason' && values.length === 1);
    return tagged ? undefined : 'the role takes sessions that the identity provider does not mark with a second factor';
  });
}

/** What lets somebody choose the name of a session. */
export function withoutOwnName(role: SynthesizedObject): string | undefined {
  const named = new Set<string>();
  return ofEach(role, (statement) => {
    const entrance = entranceOf(statement);
    if (entrance === Entrance.SAML) return undefined;
    if (entrance === Entrance.UNKNOWN) return 'the role lets in others than named people';
    const names = conditionsOn(statement, 'sts:rolesessionname').filter(({ operator }) => operator === 'StringEquals').flatMap(({ values }) => values);
    if (entrance === Entrance.WEB_IDENTITY) {
      const subjects = statement.conditions.filter(({ operator, key }) => operator === 'StringEquals' && key.endsWith(':sub')).flatMap(({ values }) => values);
      if (subjects.length !== 1 || names.length !== 1) return "the role lets who signs in choose the session's name";
      if (named.has(names[0])) return `the role gives one session's name to two people: ${names[0]}`;
      named.add(names[0]);
      return undefined;
    }
    if (names.length === 1 && USER_NAME.test(names[0])) return sameNames([...statement.principals.values()].flat());
    const bound = conditionsOn(statement, 'aws:userid').some(({ operator, values }) => operator === 'StringLike' && values.length === 1 && SESSION_NAME_OF_CALLER.test(values[0]));
    return bound ? undefined : "the role lets its caller choose the session's name";
  });
}

/** Users of several accounts that have one name, which the session would bear for each of them. */
function sameNames(arns: readonly string[]): string | undefined {
  const names = arns.map((arn) => arn.split('/').at(-1)!.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `the role lets in two users of the name ${twice}`;
}

/** What lets somebody in who does not say why, or keeps everybody from saying it. */
export function withoutReason(role: SynthesizedObject): string | undefined {
  const flaw = ofEach(role, (statement) => {
    const asked = conditionsOn(statement, 'aws:requesttag/reason').some(({ operator, values }) => operator === 'StringLike' && values.length > 0 && values.every((value) => value.replaceAll('*', '').trim() !== ''));
    return asked ? undefined : 'the role lets in who gives no reason';
  });
  if (flaw !== undefined) return flaw;
  const statements = statementsOf(at(role.content, 'assume_role_policy'));
  const taggers = statements.filter((statement) => statement.allows && statement.actions.includes('sts:tagsession')).flatMap(({ principals }) => [...principals.values()].flat());
  if (entrances(role).some((statement) => entranceOf(statement) === Entrance.ASSUME) && !statements.some(deniesOtherTags)) return 'the role lets its caller set other tags of the session than the reason';
  const mute = entrances(role).flatMap(({ principals }) => [...principals.values()].flat()).find((name) => !taggers.includes(name));
  return mute === undefined ? undefined : `the role does not let ${mute} say why: sts:TagSession`;
}

/** Whether everyone is kept from tags other than the reason and some that sessions inherit; none of these says whom sessions on nodes run as. */
function deniesOtherTags(statement: WrittenStatement): boolean {
  const [condition, ...more] = statement.conditions;
  return statement.denies && isForEveryone(statement) && statement.actions.includes('sts:tagsession') && more.length === 0 && condition?.key === 'aws:tagkeys'
    && condition.operator === 'ForAnyValue:StringNotEquals' && condition.values.includes('reason')
    && !condition.values.some((value) => value.includes('${') || value.toLowerCase() === 'ssmsessionrunas');
}

function ofEach(role: SynthesizedObject, judge: (statement: WrittenStatement) => string | undefined): string | undefined {
  const statements = entrances(role);
  if (statements.length === 0) return 'the role lets nobody in that can be read here';
  return statements.map(judge).find((flaw) => flaw !== undefined);
}

function conditionsOn(statement: WrittenStatement, key: string): readonly WrittenCondition[] {
  return statement.conditions.filter((condition) => condition.key === key);
}
