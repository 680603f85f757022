import { AcmeSolver, type Route53SolverProps } from '../../../lib/network/certificates/acme-solver';
import { CertificateAuthority, type AcmeAuthorityProps, type VaultAuthorityProps } from '../../../lib/network/certificates/certificate-authority';
import { CertificateIssuer, type CertificateIssuerProps } from '../../../lib/network/certificates/certificate-issuer';
import { schemaFindings } from '../../support/api-schema';
import { synthChart } from '../../support/chart';
import { RbacEvaluator, serviceAccount, type Requester, type ResourceRequest } from '../../support/rbac-evaluator';
import { expectRefusal } from '../../support/refusal';

const ROLE = 'arn:aws:iam::123456789012:role/dns';
const objects = (authority: CertificateAuthority, changes: Partial<CertificateIssuerProps> = {}) =>
  synthChart((chart) => new CertificateIssuer(chart, 'Issuer', { namespace: 'healthcare-prod', name: 'own', authority, ...changes }));
const issuer = (...args: Parameters<typeof objects>) => objects(...args).find(({ kind }) => kind === 'Issuer')!;
const solver: Required<Route53SolverProps> = { region: 'us-east-1', hostedZoneId: 'Z0123456789ABCDEFGHIJ', roleArn: ROLE, serviceAccount: 'dns' };
const acme: Required<AcmeAuthorityProps> = { solver: AcmeSolver.route53(solver), accountKeySecret: 'acme-account', email: 'security@example.com', server: 'https://acme.example.com/directory' };
const vault: Required<VaultAuthorityProps> = {
  server: 'https://vault.example.com:8200', path: 'pki/sign/portal', role: 'portal', serviceAccount: 'certificates', mountPath: '/v1/auth/eks', caBundle: 'LS0tLS1CRUdJTg==',
};

describe('CertificateIssuer', () => {
  test.each<[string, CertificateAuthority, object]>([
    ['ACME by DNS, all props', CertificateAuthority.acme(acme), {
      acme: {
        server: 'https://acme.example.com/directory', email: 'security@example.com', privateKeySecretRef: { name: 'acme-account' },
        solvers: [{ dns01: { route53: { region: 'us-east-1', hostedZoneID: 'Z0123456789ABCDEFGHIJ', role: ROLE, auth: { kubernetes: { serviceAccountRef: { name: 'dns' } } } } } }],
      },
    }],
    ['ACME by DNS, of Let\'s Encrypt', CertificateAuthority.acme({ solver: AcmeSolver.route53({ region: 'us-east-1', roleArn: ROLE, serviceAccount: 'dns' }), accountKeySecret: 'acme-account' }), {
      acme: {
        server: 'https://acme-v02.api.letsencrypt.org/directory', privateKeySecretRef: { name: 'acme-account' },
        solvers: [{ dns01: { route53: { region: 'us-east-1', role: ROLE, auth: { kubernetes: { serviceAccountRef: { name: 'dns' } } } } } }],
      },
    }],
    ['an authority of one\'s own', CertificateAuthority.privateCa('ca'), { ca: { secretName: 'ca' } }],
    ['Vault, all props', CertificateAuthority.vault(vault), {
      vault: {
        server: 'https://vault.example.com:8200', path: 'pki/sign/portal', caBundle: 'LS0tLS1CRUdJTg==',
        auth: { kubernetes: { role: 'portal', mountPath: '/v1/auth/eks', serviceAccountRef: { name: 'certificates' } } },
      },
    }],
  ])('of %s', (_what, authority, spec) => {
    const object = issuer(authority);

    expect(object).toMatchObject({ apiVersion: 'cert-manager.io/v1', kind: 'Issuer', metadata: { name: 'own', namespace: 'healthcare-prod' } });
    expect(object.spec).toEqual(spec);
  });

  test('of Vault, by default where cert-manager mounts its Kubernetes authentication', () => {
    expect(issuer(CertificateAuthority.vault({ ...vault, mountPath: undefined, caBundle: undefined }))).toMatchSnapshot();
  });

  test('an authority that needs no token gets no Role', () => {
    expect(objects(CertificateAuthority.privateCa('ca')).map(({ kind }) => kind)).toEqual(['Issuer']);
  });

  describe.each<[string, CertificateAuthority, string]>([
    ['Route 53', CertificateAuthority.acme(acme), 'dns'],
    ['Vault', CertificateAuthority.vault(vault), 'certificates'],
  ])('of %s, cert-manager makes tokens of one ServiceAccount', (_what, authority, account) => {
    const emitted = objects(authority);
    const rbac = new RbacEvaluator(emitted);
    const certManager = serviceAccount('cert-manager', 'cert-manager');
    const token = (name: string, namespace = 'healthcare-prod') => ({ group: '', resource: 'serviceaccounts', subresource: 'token', name, namespace });

    test.each<[string, Requester, string, ResourceRequest, boolean]>([
      ['of the one', certManager, 'create', token(account), true],
      ['of a workload', certManager, 'create', token('patient-portal'), false],
      ['of the default', certManager, 'create', token('default'), false],
      ['of the same name elsewhere', certManager, 'create', token(account, 'patient-data'), false],
      ['and does not read it', certManager, 'get', { group: '', resource: 'serviceaccounts', name: account, namespace: 'healthcare-prod' }, false],
      ['and reads no Secret by it', certManager, 'get', { group: '', resource: 'secrets', name: 'acme-account', namespace: 'healthcare-prod' }, false],
      ['its webhook does not', serviceAccount('cert-manager', 'cert-manager-webhook'), 'create', token(account), false],
      ['one of its name elsewhere does not', serviceAccount('healthcare-prod', 'cert-manager'), 'create', token(account), false],
      ['the ServiceAccount itself does not', serviceAccount('healthcare-prod', account), 'create', token(account), false],
    ])('%s', (_case, who, verb, request, allowed) => expect(rbac.can(who, verb, request)).toBe(allowed));

    test('and the objects are what the API takes', () => expect(emitted.filter(({ kind }) => kind !== 'Issuer').flatMap((object) => schemaFindings(object))).toEqual([]));
  });

  test('takes every prop, of a cert-manager elsewhere', () => {
    const props: Required<CertificateIssuerProps> = {
      namespace: 'patient-data', name: 'dns', authority: CertificateAuthority.acme(acme), certManagerNamespace: 'pki', certManagerServiceAccount: 'controller',
    };
    const emitted = objects(props.authority, props);

    expect(emitted.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual(['Role patient-data/dns-issuer-token', 'RoleBinding patient-data/dns-issuer-token', 'Issuer patient-data/dns']);
    expect(emitted[1].subjects).toEqual([{ kind: 'ServiceAccount', name: 'controller', namespace: 'pki' }]);
    expect(emitted).toMatchSnapshot();
  });

  test.each<[string, () => unknown, string, unknown, string, string]>([
    ['a bad namespace', () => issuer(CertificateAuthority.privateCa('ca'), { namespace: 'a.b' }), 'Test/Issuer', 'a.b', 'RFC 1123 label', 'use at most'],
    ['a bad name', () => issuer(CertificateAuthority.privateCa('ca'), { name: 'A' }), 'Test/Issuer', 'A', 'RFC 1123 subdomain', 'use at most'],
    ['an authority that is none', () => issuer({} as CertificateAuthority), 'Test/Issuer', {}, 'cert-manager, Issuer', 'CertificateAuthority.acme'],
    ['an unknown field', () => issuer(CertificateAuthority.privateCa('ca'), { selfSigned: {} } as object), 'Test/Issuer', 'selfSigned', 'no other field', 'use one of'],
    ['a bad Secret', () => CertificateAuthority.privateCa('A'), 'privateCa', 'A', 'RFC 1123 subdomain', 'use at most'],
    ['an ACME server without TLS', () => CertificateAuthority.acme({ ...acme, server: 'http://acme.example.com' }), 'acme', 'http://acme.example.com', '312(e)(1)', 'https://'],
    ['an ACME account without a Secret', () => CertificateAuthority.acme({ ...acme, accountKeySecret: '' }), 'acme', '', 'RFC 1123 subdomain', 'use at most'],
    ['an address that is none', () => CertificateAuthority.acme({ ...acme, email: 'security' }), 'acme', 'security', 'RFC 8555', 'security@'],
    ['a solver that is none', () => CertificateAuthority.acme({ ...acme, solver: {} as AcmeSolver }), 'acme', {}, 'cert-manager, ACME', 'AcmeSolver.route53'],
    ['an unknown field of ACME', () => CertificateAuthority.acme({ ...acme, skipTLSVerify: true } as AcmeAuthorityProps), 'acme', 'skipTLSVerify', 'no other field', 'use one of'],
    ['a region that does not exist', () => AcmeSolver.route53({ ...solver, region: 'mars' }), 'route53', 'mars', 'AWS regions', 'region'],
    ['a region of Terraform', () => AcmeSolver.route53({ ...solver, region: '${a.b}' }), 'route53', '${a.b}', 'plain values', 'write the region'],
    ['a zone that is none', () => AcmeSolver.route53({ ...solver, hostedZoneId: 'example.com' }), 'route53', 'example.com', 'hosted zone', 'Z01'],
    ['a role that is none', () => AcmeSolver.route53({ ...solver, roleArn: 'dns' }), 'route53', 'dns', 'arn:partition', 'full ARN'],
    ['a role of Terraform', () => AcmeSolver.route53({ ...solver, roleArn: '${a.arn}' }), 'route53', '${a.arn}', 'plain values', 'write the ARN'],
    ['an access key', () => AcmeSolver.route53({ ...solver, accessKeyID: 'AKIA' } as Route53SolverProps), 'route53', 'accessKeyID', 'no access key', 'use one of'],
    ['a user for a role', () => AcmeSolver.route53({ ...solver, roleArn: 'arn:aws:iam::123456789012:user/dns' }), 'route53', 'arn:aws:iam::123456789012:user/dns', 'AssumeRoleWithWebIdentity', ':role/dns'],
    ['no role', () => AcmeSolver.route53({ ...solver, roleArn: undefined as unknown as string }), 'route53', undefined, 'arn:partition', 'full ARN'],
    ['no ServiceAccount for Route 53', () => AcmeSolver.route53({ ...solver, serviceAccount: undefined as unknown as string }), 'route53', undefined, 'RFC 1123 subdomain', 'use at most'],
    ['the identity of everybody for Route 53', () => AcmeSolver.route53({ ...solver, serviceAccount: 'default' }), 'route53', 'default', 'AC11', 'of its own'],
    ['a namespace of cert-manager that is none', () => objects(CertificateAuthority.vault(vault), { certManagerNamespace: 'a.b' }), 'Test/Issuer', 'a.b', 'RFC 1123 label', 'use at most'],
    ['a ServiceAccount of cert-manager that is none', () => objects(CertificateAuthority.vault(vault), { certManagerServiceAccount: '*' }), 'Test/Issuer', '*', 'RFC 1123 subdomain', 'use at most'],
    ['a cert-manager that nobody asks', () => objects(CertificateAuthority.privateCa('ca'), { certManagerNamespace: 'pki' }), 'Test/Issuer', 'pki', 'without a token', 'remove certManagerNamespace'],
    ['Vault without TLS', () => CertificateAuthority.vault({ ...vault, server: 'http://vault:8200' }), 'vault', 'http://vault:8200', '312(e)(1)', 'https://'],
    ['Vault with a query', () => CertificateAuthority.vault({ ...vault, server: 'https://vault?a=b' }), 'vault', 'https://vault?a=b', '312(e)(1)', 'https://'],
    ['a path that issues keys', () => CertificateAuthority.vault({ ...vault, path: 'pki/issue/portal' }), 'vault', 'pki/issue/portal', 'sign endpoint', 'pki/sign'],
    ['no role', () => CertificateAuthority.vault({ ...vault, role: '' }), 'vault', '', 'role is required', 'role'],
    ['a bad ServiceAccount', () => CertificateAuthority.vault({ ...vault, serviceAccount: 'A' }), 'vault', 'A', 'RFC 1123 subdomain', 'use at most'],
    ['a mount that is none', () => CertificateAuthority.vault({ ...vault, mountPath: 'kubernetes' }), 'vault', 'kubernetes', '/v1/auth/', '/v1/auth/kubernetes'],
    ['PEM that is not encoded', () => CertificateAuthority.vault({ ...vault, caBundle: '-----BEGIN' }), 'vault', '-----BEGIN', 'caBundle', 'base64'],
    ['a token', () => CertificateAuthority.vault({ ...vault, tokenSecretRef: {} } as VaultAuthorityProps), 'vault', 'tokenSecretRef', 'no token', 'use one of'],
  ])('refuses %s', (_what, action, path, value, rule, remedy) => expectRefusal(action, { path, value, rule, remedy }));
});
