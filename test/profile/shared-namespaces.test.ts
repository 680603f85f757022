import { Environment } from '../../lib/profile/environment';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { Platform } from '../../lib/profile/platform';
import { HipaaProfile } from '../../lib/profile/profile';
import { eksProps } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

/** A profile with values that only a JavaScript caller can give. */
const make = (changes: object): HipaaProfile => new HipaaProfile({ ...eksProps(), ...changes });

describe('namespaces that are no common ground are refused', () => {
  test("for PHI in the log shipper's namespace", () => {
    expectRefusal(() => make({ phiNamespaces: [{ name: 'hipaa-logging', environment: Environment.PROD }] }), { path: 'HipaaProfile.phiNamespaces', value: 'hipaa-logging', rule: 'control AC13', remedy: 'of its own' });
  });

  test.each(['healthcare-prod', 'hipaa-logging'])('for an agent in %s, which its policy would open', (name) => {
    const platform = Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33, agentNamespaces: [{ name: 'falco' }, { name, podLabels: { app: 'agent' } }] });
    expectRefusal(() => make({ platform }), { path: 'HipaaProfile.platform.agentNamespaces', value: name, rule: 'controls NW1 and AC13', remedy: 'AllowFlow' });
  });
});
