import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Control } from '../../lib/controls/control';
import { ClaimKind, Safeguard } from '../../lib/controls/safeguard';
import { expectRefusal } from '../support/refusal';

const configMap = (chart: Chart): ApiObject => new ApiObject(chart, 'Resource', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });

describe('Safeguard', () => {
  test('claims are read as they were made, in order', () => {
    const object = configMap(new Chart(Testing.app(), 'Test'));
    Safeguard.implement(object, Control.NW1_DENY_ALL, 'denies');
    Safeguard.fallShort(object, Control.AU5_WORM_6Y, 'no lock');
    Safeguard.leaveOpen(object, Control.AC2_MFA, 'the provider asks');
    object.node.addMetadata('somebody-else', { control: 'NW1' });

    expect(Safeguard.claimsOf(object)).toEqual([
      { kind: ClaimKind.IMPLEMENTS, control: Control.NW1_DENY_ALL, how: 'denies' },
      { kind: ClaimKind.FALLS_SHORT, control: Control.AU5_WORM_6Y, how: 'no lock' },
      { kind: ClaimKind.LEFT_OPEN, control: Control.AC2_MFA, how: 'the provider asks' },
    ]);
    expect(Safeguard.claimsOf(object).every(Object.isFrozen)).toBe(true);
  });

  test('a construct without claims has none, nor those of its children', () => {
    const chart = new Chart(Testing.app(), 'Test');
    Safeguard.implement(configMap(chart), Control.NW1_DENY_ALL, 'denies');

    expect(Safeguard.claimsOf(chart)).toEqual([]);
  });

  test('a caller changes no claim through the list', () => {
    const object = configMap(new Chart(Testing.app(), 'Test'));
    Safeguard.implement(object, Control.NW1_DENY_ALL, 'denies');
    Safeguard.claimsOf(object).pop();

    expect(Safeguard.claimsOf(object)).toHaveLength(1);
    expect(() => Object.assign(Safeguard.claimsOf(object)[0], { kind: ClaimKind.FALLS_SHORT })).toThrow(TypeError);
  });

  test('a claim reaches no manifest, nor cdk8s own metadata file', () => {
    const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'safeguard-'));
    const synth = (claim: boolean): string[] => {
      const app = new App({ outdir, recordConstructMetadata: true });
      const object = configMap(new Chart(app, 'test'));
      if (claim) Safeguard.implement(object, Control.NW1_DENY_ALL, 'secret-how');
      app.synth();
      return fs.readdirSync(outdir).sort().map((file) => `${file}\n${fs.readFileSync(path.join(outdir, file), 'utf8')}`);
    };
    const claimed = synth(true);
    const plain = synth(false);
    fs.rmSync(outdir, { recursive: true });

    expect(plain).toHaveLength(2);
    expect(claimed).toEqual(plain);
    expect(claimed.join()).not.toMatch(/secret-how|safeguard|NW1/);
  });

  test.each<[unknown]>([['NW9'], [''], [undefined], [null], ['NW1_DENY_ALL']])('refuses a claim on %j, which no evidence lists', (control) => {
    const object = configMap(new Chart(Testing.app(), 'Test'));
    const refusal = { path: 'Test/Resource', value: control, rule: 'the catalogue', remedy: 'use one of: AU1' };
    expectRefusal(() => Safeguard.implement(object, control as never, 'how'), refusal);
    expectRefusal(() => Safeguard.fallShort(object, control as never, 'why'), refusal);
    expect(Safeguard.claimsOf(object)).toEqual([]);
  });

  test.each<[unknown]>([[''], [' '], [5]])('refuses a claim that says %j', (how) => {
    const object = configMap(new Chart(Testing.app(), 'Test'));
    expectRefusal(() => Safeguard.implement(object, Control.NW1_DENY_ALL, how as never), { path: 'Test/Resource', value: how, rule: 'how is required', remedy: 'non-empty how' });
  });
});
