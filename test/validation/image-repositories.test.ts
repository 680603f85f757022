import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import type { HipaaProfile } from '../../lib/profile/profile';
import { CheckContext } from '../../lib/validation/check-context';
import { repositoryFindings } from '../../lib/validation/image-repositories';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { eksProfile, selfManagedProfile } from '../support/profiles';
import { manifest } from './weakening';

const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const DIGEST = `@sha256:${'5f'.repeat(32)}`;
const profile = eksProfile({ imageRepositories: ['portal', 'team/api'] });
const template = (image: string, list = 'containers') => ({ spec: { [list]: [{ name: 'c', image }] } });
const deployment = (image: string, list?: string, namespace = 'patient-data'): SynthesizedObject => manifest('apps/v1', 'Deployment', namespace, 'api', { spec: { template: template(image, list) } });
const findings = (objects: SynthesizedObject[], of: HipaaProfile = profile): string => repositoryFindings(new CheckContext(of, objects)).join('\n');

describe('images of the own registry', () => {
  test.each<[string, SynthesizedObject[], HipaaProfile]>([
    ['of a repository', [deployment(`${REGISTRY}/portal${DIGEST}`)], profile],
    ['of a repository, with a tag', [deployment(`${REGISTRY}/portal:1.0${DIGEST}`)], profile],
    ['of a repository below a path', [deployment(`${REGISTRY}/team/api${DIGEST}`)], profile],
    ['of another registry', [deployment(`ghcr.io/company/records${DIGEST}`)], profile],
    ['of another account', [deployment(`${REGISTRY.replace('123456789012', '210987654321')}/records${DIGEST}`)], profile],
    ['of another region', [deployment(`${REGISTRY.replace('us-east-1', 'us-west-2')}/records${DIGEST}`)], profile],
    ['of a profile that makes no repositories', [deployment(`${REGISTRY}/records${DIGEST}`)], eksProfile()],
    ['of a cluster of one\'s own', [deployment(`${REGISTRY}/records${DIGEST}`)], selfManagedProfile()],
    ['under an exception', [deployment(`${REGISTRY}/records${DIGEST}`)], eksProfile({
      imageRepositories: ['portal'], exceptions: [new ControlException({ control: Control.PS3_SUPPLY_CHAIN, reason: 'repositories of another team', approver: 'ciso@company.com', expires: '2027-06-30' })],
    })],
  ])('are taken %s', (_what, objects, of) => {
    expect(findings(objects, of)).toBe('');
  });

  test.each<[string, SynthesizedObject, string]>([
    ['of no repository', deployment(`${REGISTRY}/records${DIGEST}`), 'records'],
    ['with a tag', deployment(`${REGISTRY}/records:1.0`), 'records'],
    ['of a repository with a longer name', deployment(`${REGISTRY}/portal2${DIGEST}`), 'portal2'],
    ['below a repository', deployment(`${REGISTRY}/portal/x${DIGEST}`), 'portal/x'],
    ['of an agent', deployment(`${REGISTRY}/records${DIGEST}`, 'containers', 'hipaa-logging'), 'records'],
    ['that starts before the others', deployment(`${REGISTRY}/records${DIGEST}`, 'initContainers'), 'records'],
    ['of a CronJob', manifest('batch/v1', 'CronJob', 'patient-data', 'job', { spec: { jobTemplate: { spec: { template: template(`${REGISTRY}/records${DIGEST}`) } } } }), 'records'],
    ['that is mounted', manifest('v1', 'Pod', 'patient-data', 'pod', { spec: { containers: [], volumes: [{ name: 'code', image: { reference: `${REGISTRY}/records${DIGEST}` } }] } }), 'records'],
  ])('are told %s', (_what, object, repository) => {
    expect(findings([object])).toContain(`'${repository}'`);
    expect(findings([object])).toContain(`add '${repository}' to imageRepositories`);
  });

  test('are told once a repository, by what fails a synth', () => {
    const objects = [deployment(`${REGISTRY}/records${DIGEST}`), deployment(`${REGISTRY}/records${DIGEST}`, 'initContainers', 'default')];

    expect(repositoryFindings(new CheckContext(profile, objects))).toHaveLength(1);
    expect(verifyClaims(objects, profile).join()).toContain("add 'records' to imageRepositories");
  });
});
