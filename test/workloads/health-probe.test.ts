import { HealthProbe } from '../../lib/workloads/health-probe';
import { expectRefusal } from '../support/refusal';

describe('HealthProbe', () => {
  test.each<[string, () => unknown, unknown, string]>([
    ['a path without a slash', () => HealthProbe.https('healthz'), 'healthz', "'/healthz'"],
    ['a path with a blank', () => HealthProbe.https('/a b'), '/a b', "'/healthz'"],
    ['a command that is a text', () => HealthProbe.exec('true' as unknown as string[]), 'true', 'a list'],
    ['no command', () => HealthProbe.exec([]), [], 'a list'],
    ['a word that is a number', () => HealthProbe.exec(['sleep', 1 as unknown as string]), ['sleep', 1], 'a list'],
    ['an unknown option', () => HealthProbe.tcp({ host: 'x' } as object), 'host', 'use one of'],
    ['the port 0', () => HealthProbe.tcp({ port: 0 }), 0, 'from 1'],
    ['no period', () => HealthProbe.tcp({ periodSeconds: 0 }), 0, 'from 1'],
    ['half a second', () => HealthProbe.tcp({ timeoutSeconds: 0.5 }), 0.5, 'from 1'],
    ['no patience', () => HealthProbe.tcp({ failureThreshold: 0 }), 0, 'from 1'],
  ])('refuses %s', (_what, make, value, remedy) => {
    expectRefusal(make, { path: 'HealthProbe', value, rule: '', remedy });
  });

  test('what the caller changes later does not reach it', () => {
    const command = ['/alive'];
    const probe = HealthProbe.exec(command);
    command.push('--off');
    expect(JSON.stringify(probe)).not.toContain('--off');
  });
});
