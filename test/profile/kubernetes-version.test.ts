import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { expectRefusal } from '../support/refusal';

describe('KubernetesVersion', () => {
  test.each(['1.28', '1.29', '1.33', '1.36', '1.37', '1.40'])('takes %s', (version) => {
    const made = KubernetesVersion.of(version);

    expect(made).toBeInstanceOf(KubernetesVersion);
    expect(made.version).toBe(version);
    expect(made.minor).toBe(Number(version.slice(2)));
    expect(`${made}`).toBe(version);
    expect(made.isAtLeast(made)).toBe(true);
  });

  test.each<[unknown]>([
    ['1.99'], ['1.41'], ['1.330'], ['2.0'], ['2.33'], ['0.33'], ['1.33.1'], ['v1.33'], [''], ['1'], ['1.'], ['.33'], ['1.033'], ['1.33 '], [' 1.33'], ['1.33\n'], ['1.33-eks-1'], ['latest'], ['1,33'],
    [1.33], [undefined], [null], [['1.33']], [{}],
  ])('refuses %j', (version) => {
    expectRefusal(() => KubernetesVersion.of(version as never), { path: 'KubernetesVersion', value: version, rule: 'major and minor only', remedy: "KubernetesVersion.of('1.36')" });
  });

  test.each(['1.27', '1.9', '1.3', '1.1'])('refuses %s as too old', (version) => {
    expectRefusal(() => KubernetesVersion.of(version), { path: 'KubernetesVersion', value: version, rule: 'from Kubernetes 1.28', remedy: 'upgrade the cluster' });
  });

  test('a version by its name is the constant', () => {
    expect(KubernetesVersion.of('1.33')).toBe(KubernetesVersion.V1_33);
    expect(KubernetesVersion.of('1.37')).toBe(KubernetesVersion.of('1.37'));
    expect(KubernetesVersion.of('1.34')).not.toEqual(KubernetesVersion.V1_33);
  });

  test('every constant has the version of its name', () => {
    const constants = Object.entries(KubernetesVersion).filter(([name]) => name.startsWith('V'));
    expect(constants.map(([name, version]) => [name, (version as KubernetesVersion).version])).toEqual(
      [28, 29, 30, 31, 32, 33, 34, 35, 36].map((minor) => [`V1_${minor}`, `1.${minor}`]),
    );
  });

  test.each([['1.33', '1.33', true], ['1.34', '1.33', true], ['1.33', '1.34', false], ['1.28', '1.37', false], ['1.37', '1.28', true]])('%s is at least %s: %s', (version, other, expected) => {
    expect(KubernetesVersion.of(version).isAtLeast(KubernetesVersion.of(other))).toBe(expected);
  });

  test('is frozen', () => {
    expect(Object.isFrozen(KubernetesVersion.V1_33)).toBe(true);
    expect(() => Object.assign(KubernetesVersion.V1_33, { version: '1.20' })).toThrow(TypeError);
  });
});
