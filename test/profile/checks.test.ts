import * as checks from '../../lib/profile/checks';
import { expectRefusal } from '../support/refusal';

/** What a JavaScript caller may hand to any check. */
const NO_STRINGS: unknown[] = [undefined, null, 5, true, {}, ['abc'], { toString: () => 'abc' }];
const TOKEN = '${TfToken[TOKEN.1]}';
const SHA = 'a'.repeat(64);

type Check = (path: string, prop: string, value: never) => void;

/** Every good value passes; every bad one is refused by path, value, rule and remedy. */
function judges(check: Check, good: readonly unknown[], bad: readonly unknown[], rule: string, remedy: string): void {
  test.each(good.map((value) => [value]))('takes %j', (value) => {
    expect(() => check('Chart/Thing', 'prop', value as never)).not.toThrow();
  });
  test.each(bad.map((value) => [value]))('refuses %j', (value) => {
    expectRefusal(() => check('Chart/Thing', 'prop', value as never), { path: 'Chart/Thing', value, rule, remedy });
  });
}

describe('checkText', () => {
  test.each([['a'], [' a '], ['0']])('takes %j', (value) => {
    expect(() => checks.checkText('Chart/Thing', 'reason', value)).not.toThrow();
  });
  test.each([[undefined], [null]])('misses %j', (value) => {
    expectRefusal(() => checks.checkText('Chart/Thing', 'reason', value), { path: 'Chart/Thing', value: undefined, rule: 'reason is required', remedy: 'give a non-empty reason' });
  });
  test.each([[''], [' '], ['\n\t'], [5], [{}], [['a']]])('refuses %j', (value) => {
    expectRefusal(() => checks.checkText('Chart/Thing', 'reason', value), { path: 'Chart/Thing', value, rule: 'reason is required', remedy: 'give a non-empty reason' });
  });
});

const NO_LABEL = [
  '', 'a'.repeat(64), 'Abc', 'abC', '-abc', 'abc-', 'a_b', 'a b', ' abc', 'abc ', 'abc\n', '\nabc', 'abc\nkube-system', 'abc\r', 'abc\u2028', 'äbc', 'аbc', 'a\u200bb', '*', 'a/b',
  'a\u0000', '${x}', TOKEN, ...NO_STRINGS,
];

describe('checkDnsLabel', () => {
  judges(checks.checkDnsLabel, ['a', '0', 'abc', 'a-b', 'a--b', '1a', 'a'.repeat(63)], [...NO_LABEL, 'a.b'], 'RFC 1123 label', 'at most 63');
});

describe('checkDnsSubdomain', () => {
  judges(
    checks.checkDnsSubdomain, ['a', 'a.b', 'a-b.c0', 'a'.repeat(64), 'a'.repeat(253)],
    [...NO_LABEL.filter((value) => value !== 'a'.repeat(64)), 'a'.repeat(254), '.a', 'a.', 'a..b', 'a.-b', 'a-.b'], 'RFC 1123 subdomain', 'at most 253',
  );
});

describe('checkHost', () => {
  judges(
    checks.checkHost, ['patient-portal.example.com', 'a.b', '*.example.com', `${'a'.repeat(63)}.example.com`, 'xn--bcher-kva.example'],
    [
      ...NO_LABEL, 'localhost', 'com', '*', '*.com', '*.*.example.com', 'a.*.example.com', '*a.example.com', 'https://a.example.com', 'a.example.com:443', 'a.example.com/', 'a.example.com.',
      'A.example.com', '10.0.0.1', '1.2.3.4.5', '[::1]', '::1', `${'a'.repeat(64)}.example.com`, `${'a.'.repeat(126)}aa`, `*.${'a.'.repeat(125)}aa`, 'a.example.com\n', 'a..com',
    ],
    'IngressRule.host', 'without scheme or port',
  );
});

describe('checkRegion', () => {
  const real = [
    'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'us-gov-east-1', 'us-gov-west-1', 'cn-north-1', 'cn-northwest-1', 'af-south-1', 'ap-east-1', 'ap-east-2', 'ap-northeast-3', 'ap-south-2',
    'ap-southeast-5', 'ap-southeast-7', 'ca-central-1', 'ca-west-1', 'eu-central-2', 'eu-north-1', 'eu-south-2', 'eu-west-3', 'il-central-1', 'me-central-1', 'me-south-1', 'mx-central-1',
    'sa-east-1', 'us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1', 'eusc-de-east-1',
  ];
  judges(
    checks.checkRegion, [...real, TOKEN, '${var.region}'],
    ['', 'us-east-11', 'us-east-0', 'US-EAST-1', 'useast1', 'us-east', 'us-east-1a', 'us-east-1 ', ' us-east-1', 'us-east-1\n', 'us_east_1', 'us-up-1', 'xx-east-1', 'gov-west-1', 'eusc-east-1', 'global', ...NO_STRINGS],
    'AWS regions', "'us-east-1'",
  );
});

describe('checkAccount', () => {
  judges(
    checks.checkAccount, ['123456789012', '000000000000', TOKEN],
    ['', '12345678901', '1234567890123', '1234-5678-9012', ' 123456789012', '123456789012\n', '12345678901a', '١٢٣٤٥٦٧٨٩٠١٢', 123456789012, ...NO_STRINGS], 'twelve digits', "'123456789012'",
  );
});

describe('checkArn', () => {
  judges(
    checks.checkArn,
    [
      'arn:aws:iam::123456789012:role/security', 'arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/0a1b', 'arn:aws-cn:s3:::logs', 'arn:aws:s3:::logs/prefix',
      'arn:aws:sns:us-east-1:123456789012:alarms', 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/eks/a/cluster', 'arn:aws-eusc:iam::123456789012:role/a', 'arn:aws:route53:::hostedzone/Z1', 'arn:aws:constructor::123456789012:a',
      TOKEN, '${aws_iam_role.a.arn}', 'arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/security', '${cond ? "a" : "*"}',
    ],
    [
      '', 'arn', 'arn:aws:iam::123456789012:role/*', 'arn:aws:iam::*:role/a', 'arn:aws:iam::123456789012:role/?', '*', 'arn:aws:s3:::*', 'arn:amazon:iam::123456789012:role/a', 'arn::iam::123456789012:role/a',
      'aws:iam::123456789012:role/a', 'arn:aws:iam:us-east-1:123456789012:role/a', 'arn:aws:iam:::role/a', 'arn:aws:iam::12345678901:role/a', 'arn:aws:kms:::key/a', 'arn:aws:kms:us-east-1::key/a',
      'arn:aws:kms::123456789012:key/a', 'arn:aws:kms:us-east-1:aws:key/a', 'arn:aws:logs:us-east-1::log-group:a', 'arn:aws:iam::123456789012:', 'arn:aws:iam::123456789012:role/a b', 'arn:aws:iam::123456789012:role/a\n',
      'ARN:aws:iam::123456789012:role/a', 'arn:aws:IAM::123456789012:role/a', 'arn:aws:iam::${account}:role/*', '${a} *', 'arn:aws:iam::${account}:role/a?', ...NO_STRINGS,
    ],
    'without wildcards', 'full ARN',
  );

  test.each([
    ['iam', 'arn:aws:kms:us-east-1:123456789012:key/a', 'of one role or user'],
    ['kms', 'arn:aws:iam::123456789012:role/kms', 'use the full ARN'],
    ['iam', 'arn:aws:sts::123456789012:assumed-role/iam/session', 'of one role or user'],
  ])('refuses another service than %s', (service, value, remedy) => {
    expectRefusal(() => checks.checkArn('Chart/Thing', 'key', value, service), { path: 'Chart/Thing', value, rule: 'arn:partition:service', remedy });
  });

  test('takes the service that was asked for', () => {
    expect(() => checks.checkArn('Chart/Thing', 'key', 'arn:aws:kms:us-east-1:123456789012:key/a', 'kms')).not.toThrow();
  });
});

describe('checkPrincipalArn', () => {
  const iam = 'arn:aws:iam::123456789012';
  const role64 = `${iam}:role/${'r'.repeat(64)}`;
  judges(
    checks.checkPrincipalArn,
    [`${iam}:role/security`, `${iam}:user/jane`, `${iam}:role/team/path/security`, `${iam}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef`, role64, TOKEN],
    [
      `${iam}:root`, `${iam}:role/aws-service-role/kms.amazonaws.com/AWSServiceRoleForKMS`, `${iam}:policy/a`, `${iam}:group/a`, `${iam}:instance-profile/a`, `${iam}:oidc-provider/a`, `${iam}:role/`, `${iam}:role`,
      `${iam}:role/team/`, `${iam}:Role/a`, `${iam}:role/a:b`, `${role64}r`, 'arn:aws:iam::aws:role/a',
    ],
    'control EN2', 'one role or user',
  );
  test.each([[`${iam}:role/*`], [`${iam}:user/*`], ['*'], ['arn:aws:sts::123456789012:assumed-role/a/b'], ['arn:aws:sts::123456789012:federated-user/a'], ['123456789012'], ['kms.amazonaws.com']])('refuses %j as no ARN of IAM', (value) => {
    expectRefusal(() => checks.checkPrincipalArn('Chart/Thing', 'administrators', value), { path: 'Chart/Thing', value, rule: 'without wildcards', remedy: 'of one role or user' });
  });
});

describe('checkBucketName', () => {
  judges(
    checks.checkBucketName, ['abc', '123', 'a--b', 'hipaa-audit-logs-123456789012-us-east-1', 'a'.repeat(63), TOKEN],
    [
      '', 'ab', 'a'.repeat(64), 'Abc', '-abc', 'abc-', 'a_b', 'a.b', 'a..b', '192.168.5.4', 'a.-b', 'my bucket', 'abc\n', 'xn--abc', 'sthree-abc', 'sthree-configurator', 'amzn-s3-demo-bucket', 'abc-s3alias', 'abc--ol-s3',
      'abc.mrap', 'abc--x-s3', 'abc--table-s3', 'abc-123456789012-us-east-1-an', 's3://abc', 'arn:aws:s3:::abc', 'äbc', ...NO_STRINGS,
    ],
    'bucket naming rules', 'use 3 to 63',
  );
});

describe('checkRegistry', () => {
  judges(
    checks.checkRegistry, ['123456789012.dkr.ecr.us-east-1.amazonaws.com', 'registry.example.com', 'registry.example.com:5000', 'registry.example.com/team/a_b', 'registry:5000', 'ghcr.io/org'],
    [
      '', 'registry', 'docker', 'library/nginx', 'https://registry.example.com', 'registry.example.com/', 'registry.example.com//a', 'registry.example.com/../a', 'Registry.example.com', 'registry..example.com', '.example.com',
      'registry.example.com.', 'registry.example.com:', 'registry.example.com:0', 'registry.example.com:https', 'registry.example.com/A', 'registry.example.com ', 'registry.example.com\n', 'user@registry.example.com', '*.example.com', TOKEN, ...NO_STRINGS,
    ],
    'control PS3', 'a host and an optional path',
  );
});

describe('checkImageDigest', () => {
  const host = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
  judges(
    checks.checkImageDigest,
    [`${host}/fluent-bit@sha256:${SHA}`, `${host}/team/fluent-bit@sha256:${SHA}`, `${host}/fluent-bit:3.1@sha256:${SHA}`, `registry:5000/a@sha256:${SHA}`, `ghcr.io/a/b__c-d.e@sha256:${SHA}`, `docker.io/library/nginx@sha256:${SHA}`],
    [
      '', host, `${host}/fluent-bit`, `${host}/fluent-bit:latest`, `${host}/fluent-bit@sha256:${'a'.repeat(63)}`, `${host}/fluent-bit@sha256:${SHA}a`, `${host}/fluent-bit@sha256:${SHA.toUpperCase()}`, `${host}/fluent-bit@sha512:${'a'.repeat(128)}`,
      `${host}/fluent-bit@md5:${'a'.repeat(32)}`, `${host}/fluent-bit@${SHA}`, `${host}@sha256:${SHA}`, `sha256:${SHA}`, `${host}/Fluent-Bit@sha256:${SHA}`, `${host.toUpperCase()}/fluent-bit@sha256:${SHA}`, `${host}/fluent-bit@sha256:${SHA}\n`,
      // Without a registry host a runtime asks Docker Hub.
      `nginx@sha256:${SHA}`, `library/nginx@sha256:${SHA}`, `a/b/c@sha256:${SHA}`, `nginx:1.27@sha256:${SHA}`, `localhost/nginx@sha256:${SHA}`,
      `https://${host}/a@sha256:${SHA}`, `${host}//a@sha256:${SHA}`, `${host}/../a@sha256:${SHA}`, `${host}/a..b@sha256:${SHA}`, `${host}/a:@sha256:${SHA}`, `${host}/a@sha256:${SHA}@sha256:${SHA}`, `${host}/${TOKEN}@sha256:${SHA}`, TOKEN,
      ...NO_STRINGS,
    ],
    'control PS3', '@sha256:<64 hex digits>',
  );
});

describe('checkGroup', () => {
  judges(
    checks.checkGroup, ['auditors@company.com', 'auditors', 'a', '0a1b2c3d-0000-0000-0000-000000000000', '/org/auditors', 'subsystem:masters', 'systems:a', 'Ärzte'],
    ['', ' ', ' auditors', 'auditors ', ' system:masters', '\tsystem:masters', 'audi tors', 'auditors\n', 'a\u00a0b', '\ufeffauditors', 'a\u200bb', 'a\u0000', '\u202eauditors', '*', 'audit*', ...NO_STRINGS],
    'control AC3', "identity provider's name",
  );
  test.each([['system:masters'], ['system:authenticated'], ['system:'], ['System:masters'], ['SYSTEM:MASTERS'], ['system:serviceaccounts:kube-system']])("refuses %j as Kubernetes' own", (value) => {
    expectRefusal(() => checks.checkGroup('Chart/Thing', 'group', value), { path: 'Chart/Thing', value, rule: 'control AC4', remedy: "identity provider's own" });
  });
});

describe('checkInteger', () => {
  const check: Check = (path, prop, value) => checks.checkInteger(path, prop, value, 2, 4, 'AWS KMS: two to four');
  judges(check, [2, 3, 4], [1, 5, 2.5, NaN, Infinity, -3, '3', null, undefined, [3], {}], 'AWS KMS: two to four', 'from 2 to 4');
});

describe('checkPort', () => {
  judges(checks.checkPort, [1, 443, 65535], [0, -1, 65536, 1.5, NaN, '443', 'https', undefined, null], 'ports are 1 to 65535', 'from 1 to 65535');
});

describe('checkDate', () => {
  judges(
    checks.checkDate, ['2027-01-31', '2028-02-29', '2000-02-29'],
    ['', '2026-02-30', '2027-02-29', '2100-02-29', '2026-13-01', '2026-00-10', '2026-01-00', '2026-04-31', '2026-1-1', '26-01-01', '2026/01/01', '01.02.2026', '2026-01-01T00:00:00Z', ' 2026-01-01', '2026-01-01\n', 'tomorrow', '9999999-01-01', new Date(0), 20260101, ...NO_STRINGS],
    'ISO 8601', 'YYYY-MM-DD',
  );
});

describe('checkCidr', () => {
  judges(
    checks.checkCidr, ['10.0.1.0/24', '0.0.0.0/0', '10.0.0.1/32', '::/0', '2001:db8::/32', '::1/128', '2001:db8:0:0:1::/80', '2001:db8:0:0:0:0:0:0/32'],
    [
      '', '10.0.1.0', '10.0.1.7/24', '10.0.1.0/33', '10.0.1.0/-1', '10.0.1.0/024', '10.0.1.0/+24', '10.0.1.0/24/24', '10.0.1.0/', '10.0.1/24', '010.0.1.0/24', '256.0.0.0/8', '10.0.1.0/24\n', ' 10.0.1.0/24', '2001:db8::1/32', '::/129', 'fe80::1%eth0/128',
      '::ffff:10.0.0.0/104', 'example.com/24', '*', ...NO_STRINGS,
    ],
    'RFC 4632', "'10.0.1.0/24'",
  );

  const bounded: Check = (path, prop, value) => checks.checkCidr(path, prop, value, 8, 32);
  judges(bounded, ['10.0.0.0/8', '2001:db8::/32'], ['10.0.0.0/7', '0.0.0.0/0', '2000::/16', '::/0'], 'control NW1', 'name the blocks');
});

describe('checkKnownAtSynth', () => {
  judges(checks.checkKnownAtSynth, ['us-east-1', '', '$', undefined], [TOKEN, 'us-${var.area}-1'], 'derived from prop at synth', 'write the prop itself');
});

describe('checkRoleName', () => {
  judges(
    checks.checkRoleName, ['a', 'healthcare-cluster-control-plane', 'A_b+c=d,e.f@g', 'r'.repeat(64), TOKEN],
    ['', 'r'.repeat(65), 'a b', 'a/b', 'a:b', 'a*', 'a\n', 'ä', 'arn:aws:iam::123456789012:role/a', ...NO_STRINGS], 'names of roles', 'use 1 to 64',
  );
});

describe('checkIssuerUrl', () => {
  const base = 'https://oidc.example.com';
  judges(
    checks.checkIssuerUrl, [base, `${base}/`, `${base}/healthcare-cluster`, 'https://westeurope.oic.prod-aks.azure.com/0a1b/2c3d/', `${base}/id/0A1B_2~c.d`, 'https://oidc.eks.us-east-1.amazonaws.com/id/0123', `${base}/${'a'.repeat(255 - base.length - 1)}`],
    [
      '', 'oidc.example.com', 'http://oidc.example.com', 'HTTPS://oidc.example.com', 'https://', 'https://localhost', 'https://OIDC.example.com', `${base}//`, `${base}/a//`, `${base}//a`, `${base}/a/../`, `${base}:443`, `${base}?a=b`, `${base}#a`, `${base}/../a`, `${base}/.`,
      'https://user@oidc.example.com', 'https://a..b', 'https://-a.example.com', 'https://oidc.example.com.', 'https://*.example.com', `${base}\n`, ` ${base}`, `${base}/a b`, `${base}/${'a'.repeat(255)}`, TOKEN, `${base}/${TOKEN}`, ...NO_STRINGS,
    ],
    'CreateOpenIDConnectProvider', "'https://oidc.example.com/healthcare-cluster'",
  );

  describe('where AWS can read no keys', () => {
    judges(
      checks.checkIssuerUrl, ['https://svc.example.com', 'https://local.example.com/svc.local', 'https://internal.company.com', 'https://10.example.com'],
      [
        'https://kubernetes.default.svc', 'https://kubernetes.default.svc/', 'https://kubernetes.default.svc.cluster.local', 'https://kubernetes.default.svc.cluster.local/id', 'https://oidc.local',
        'https://oidc.company.internal', 'https://oidc.localhost', 'https://10.0.0.1', 'https://203.0.113.7/id', 'https://127.1', 'https://oidc.corp', 'https://oidc.home.arpa',
      ],
      'AWS reads the keys over the internet', '--service-account-issuer',
    );
  });
});

describe('checkKeyArn', () => {
  const key = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const multiRegion = 'arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab';
  const inVirginia: Check = (path, prop, value) => checks.checkKeyArn(path, prop, value, 'us-east-1', '123456789012');
  describe('by its form', () => {
    judges(checks.checkKeyArn, [key, multiRegion, TOKEN, '${aws_kms_key.a.arn}'], [
      '', 'alias/logs', 'key/1234abcd-12ab-34cd-56ef-1234567890ab', '1234abcd-12ab-34cd-56ef-1234567890ab', 'arn:aws:s3:::key/1234abcd', 'arn:aws:kms:us-east-1:123456789012:key/*', 'arn:aws:kms:us-east-1::key/1234abcd',
      'arn:aws:kms::123456789012:key/1234abcd', `${key}\n`, `${TOKEN}*`, ...NO_STRINGS,
    ], 'AWS: arn:partition', 'full ARN');
    judges(checks.checkKeyArn, [key], [
      'arn:aws:kms:us-east-1:123456789012:alias/logs', 'arn:aws:kms:us-east-1:123456789012:alias/aws/s3', 'arn:aws:kms:us-east-1:123456789012:alias/key/1234abcd', 'arn:aws:kms:us-east-1:123456789012:key/logs',
      'arn:aws:kms:us-east-1:123456789012:key/', 'arn:aws:kms:us-east-1:123456789012:key/alias/logs', `${key}:1`,
    ], 'an alias can move to another key', ':key/');
  });
  describe('by its owner', () => {
    judges(inVirginia, [key, multiRegion, TOKEN], ['arn:aws:kms:eu-west-1:123456789012:key/1234abcd', 'arn:aws:kms:us-east-2:123456789012:key/mrk-1234abcd'], 'its own region alone', 'in us-east-1');
    judges(inVirginia, [key], ['arn:aws:kms:us-east-1:999999999999:key/1234abcd'], 'account 123456789012', 'account 123456789012');
    judges(inVirginia, [key], ['arn:aws-cn:kms:us-east-1:123456789012:key/1234abcd'], 'us-east-1 is in the partition aws', "'arn:aws:'");
  });
  test('leaves to AWS what is only known when Terraform applies', () => {
    expect(() => checks.checkKeyArn('Chart/Thing', 'prop', key, '${var.region}', '${var.account}')).not.toThrow();
    expect(() => checks.checkKeyArn('Chart/Thing', 'prop', key)).not.toThrow();
  });
});

describe('checkClusterName', () => {
  judges(
    checks.checkClusterName, ['a', 'healthcare-cluster', 'Prod_1', '1a', 'a'.repeat(100), TOKEN, `${TOKEN}-prod`, `a_${TOKEN}`],
    ['', '-a', '_a', 'my cluster', 'a*', 'a.b', 'a/b', 'a'.repeat(101), 'a\n', `${TOKEN}*`, `*-${TOKEN}`, ...NO_STRINGS], 'CreateCluster', '1 to 100',
  );
});

describe('checkPartition', () => {
  const inGovCloud: Check = (path, prop, value) => checks.checkPartition(path, prop, value, 'us-gov-west-1');
  judges(
    inGovCloud,
    ['arn:aws-us-gov:iam::123456789012:role/a', TOKEN, '${aws_kms_key.a.arn}', 'arn:${data.aws_partition.me.partition}:iam::123456789012:role/a'],
    ['arn:aws:iam::123456789012:role/a', 'arn:aws-cn:iam::123456789012:role/a', 'arn:aws:iam::${account}:role/a', 'a', ''], 'us-gov-west-1 is in the partition aws-us-gov', "'arn:aws-us-gov:'",
  );
});

describe('checkSelector', () => {
  test.each([
    [{ app: 'portal' }], [{ 'app.kubernetes.io/name': 'portal' }], [{ a: '' }], [{ A_b: 'C.d-e' }], [{ [`${'a'.repeat(253)}/${'b'.repeat(63)}`]: 'v'.repeat(63) }],
  ])('takes %j', (labels) => {
    expect(() => checks.checkSelector('Chart/Thing', 'pods', labels)).not.toThrow();
  });
  test.each([[{}], [null], [undefined], [[]], ['app=portal'], [5]])('refuses %j, which selects every pod', (labels) => {
    expectRefusal(() => checks.checkSelector('Chart/Thing', 'pods', labels as never), { path: 'Chart/Thing', value: labels, rule: 'an empty selector selects every object', remedy: 'at least one label' });
  });
  test.each([
    [{ '': 'a' }, ': a'], [{ 'a/': 'b' }, 'a/: b'], [{ '/a': 'b' }, '/a: b'], [{ 'a/b/c': 'd' }, 'a/b/c: d'], [{ 'A/b': 'c' }, 'A/b: c'], [{ a: 'b c' }, 'a: b c'], [{ a: '-b' }, 'a: -b'], [{ a: 'b\n' }, 'a: b\n'],
    [{ ['a'.repeat(64)]: 'b' }, `${'a'.repeat(64)}: b`], [{ a: 'b'.repeat(64) }, `a: ${'b'.repeat(64)}`], [{ a: undefined }, 'a: undefined'], [{ a: true }, 'a: true'], [{ app: 'ok', b: '*' }, 'b: *'],
  ])('refuses %j', (labels, value) => {
    expectRefusal(() => checks.checkSelector('Chart/Thing', 'pods', labels as never), { path: 'Chart/Thing', value, rule: 'Kubernetes, labels and selectors', remedy: 'at most 63' });
  });
});

describe('checkFields', () => {
  test('takes known fields, in any number', () => {
    expect(() => checks.checkFields('Chart/Thing', {}, ['a'], 'rule')).not.toThrow();
    expect(() => checks.checkFields('Chart/Thing', { a: 1, b: undefined }, ['a', 'b'], 'rule')).not.toThrow();
  });
  test.each([[{ verb: 'get' }, 'verb'], [{ a: 1, B: 2 }, 'B'], [{ constructor: 1 }, 'constructor'], [{ '': 1 }, '']])('refuses %j', (value, field) => {
    expectRefusal(() => checks.checkFields('Chart/Thing', value, ['a', 'b'], 'the rule'), { path: 'Chart/Thing', value: field, rule: 'the rule', remedy: 'use one of: a, b' });
  });
  test.each([[undefined], [null], ['text'], [5], [true], [[]], [['a']]])('refuses %j, which is no object', (value) => {
    expectRefusal(() => checks.checkFields('Chart/Thing', value as never, ['a', 'b'], 'the rule'), { path: 'Chart/Thing', value, rule: 'the rule', remedy: 'an object of: a, b' });
  });
});

describe('isTerraformToken', () => {
  test.each([[TOKEN, true], ['${var.a}', true], ['a-${var.a}-b', true], ['plain', false], ['$HOME', false], ['{}', false], ['${', false], [5, false], [undefined, false]])('%j: %s', (value, expected) => {
    expect(checks.isTerraformToken(value)).toBe(expected);
  });
});

describe('blockContains', () => {
  test.each<[string, string, boolean]>([
    ['10.0.0.0/8', '10.0.0.0/8', true], ['10.0.0.0/8', '10.255.255.255/32', true], ['10.0.0.0/8', '11.0.0.0/8', false], ['10.0.0.0/16', '10.0.0.0/8', false], ['0.0.0.0/0', '203.0.113.0/24', true],
    ['0.0.0.0/0', '2001:db8::/32', false], ['::/0', '10.0.0.0/8', false], ['::/0', '2001:db8::/32', true], ['2001:db8::/32', '2001:0db8:0:1::/64', true], ['fd00:ec2::/32', 'fd00:ec2::254/128', true],
    ['169.254.0.0/16', '169.254.169.254/32', true], ['100.64.0.0/10', '100.128.0.0/10', false],
  ])('%s holds %s: %s', (outer, inner, expected) => {
    expect(checks.blockContains(outer, inner)).toBe(expected);
  });
});

describe('checkNoOverlap', () => {
  const check = (...blocks: [string, string][]) => checks.checkNoOverlap('Chart/Thing', blocks, 'the rule');

  test('takes neighbours, none, and blocks of both families', () => {
    expect(() => check()).not.toThrow();
    expect(() => check(['a', '10.0.0.0/17'], ['a', '10.0.128.0/17'], ['b', '::/0'])).not.toThrow();
  });
  test.each<[[string, string][], string]>([
    [[['a', '10.0.0.0/16'], ['a', '10.0.0.0/16']], '10.0.0.0/16 and 10.0.0.0/16'],
    [[['a', '10.0.0.0/16'], ['b', '10.0.9.0/24']], '10.0.0.0/16 and 10.0.9.0/24'],
    [[['b', '10.0.9.0/24'], ['a', '10.1.0.0/16'], ['a', '10.0.0.0/16']], '10.0.9.0/24 and 10.0.0.0/16'],
    [[['a', '2001:db8::/32'], ['a', '2001:db8:1::/48']], '2001:db8::/32 and 2001:db8:1::/48'],
  ])('refuses %j', (blocks, value) => {
    expectRefusal(() => check(...blocks), { path: 'Chart/Thing', value, rule: 'the rule', remedy: 'keep one' });
  });
});

describe('checkHttpsAddress', () => {
  test.each(['https://vault.example.com', 'https://vault.example.com:8200', 'https://oidc.example.com/id/ABC-1', 'https://vault'])('takes %s', (address) => {
    expect(() => checks.checkHttpsAddress('Chart/Thing', 'address', address)).not.toThrow();
  });
  test.each<[unknown]>([
    ['http://vault.example.com'], ['HTTPS://vault.example.com'], ['https://'], ['https://a:b@vault.example.com'], ['https://vault.example.com?x=1'], ['https://vault.example.com#x'], ['https://vault.example.com:0'],
    ['https://vault.example.com/'], ['https://*.example.com'], ['https://vault.example.com\nhttp://x'], [' https://vault.example.com'], ['${var.address}'], [undefined],
  ])('refuses %j', (address) => {
    expectRefusal(() => checks.checkHttpsAddress('Chart/Thing', 'address', address as string), { path: 'Chart/Thing', value: address, rule: '312(e)(1)', remedy: 'https://vault' });
  });
});

describe('checkTimestamp', () => {
  test.each([['2026-03-01T18:00:00Z'], ['2028-02-29T00:00:00Z'], ['1999-12-31T23:59:59Z']])('takes %s', (value) => {
    expect(() => checks.checkTimestamp('P', 'expires', value)).not.toThrow();
  });

  test.each([[undefined], ['2026-03-01'], ['2026-02-29T00:00:00Z'], ['2026-03-01T24:00:00Z'], ['2026-03-01T18:00:60Z'], ['2026-03-01T18:00:00.000Z'], ['2026-03-01T18:00:00+00:00'], ['2026-03-01 18:00:00Z']])('refuses %s', (value) => {
    expectRefusal(() => checks.checkTimestamp('P', 'expires', value as string), { path: 'P', value, rule: 'RFC 3339', remedy: '2027-01-31T18:00:00Z' });
  });
});

describe('checkTexts', () => {
  test.each([[[]], [['a', '']]])('takes %j', (value) => {
    expect(() => checks.checkTexts('P', 'args', value, 'the rule', 'the remedy')).not.toThrow();
  });

  test.each<[unknown, unknown]>([['a', 'a'], [undefined, undefined], [null, null], [{ length: 1, 0: 'a' }, { length: 1, 0: 'a' }], [['a', 1], 1], [['a', undefined], undefined], [[['a']], ['a']]])('refuses %j', (value, told) => {
    expectRefusal(() => checks.checkTexts('P', 'args', value as string[], 'the rule', 'the remedy'), { path: 'P', value: told, rule: 'the rule', remedy: 'the remedy' });
  });
});

describe('checkDuration', () => {
  const check = (value: unknown) => (): void => checks.checkDuration('P', 'deadline', value as checks.SecondsValue, 10, 60, 'the rule');

  test.each([10, 60])('takes %s seconds', (seconds) => expect(check({ toSeconds: () => seconds })).not.toThrow());
  test.each([[9, 9], [61, 61], [10.5, 10.5]])('refuses %s seconds', (seconds, value) => {
    expectRefusal(check({ toSeconds: () => seconds }), { path: 'P', value, rule: 'the rule', remedy: 'from 10 to 60' });
  });
  test.each([[30], ['1h'], [null], [undefined], [{}]])('refuses %j, which is none', (value) => {
    expectRefusal(check(value), { path: 'P', value, rule: 'the rule', remedy: 'Duration.minutes(5)' });
  });
});

describe('checkTimeZone', () => {
  test.each(['UTC', 'Etc/UTC', 'Etc/GMT', 'Europe/Berlin', 'Asia/Calcutta', 'Asia/Kolkata', 'US/Pacific', 'America/Indiana/Indianapolis'])('takes %s', (zone) => {
    expect(() => checks.checkTimeZone('P', 'timeZone', zone)).not.toThrow();
  });

  test.each(['utc', 'europe/berlin', 'America/New_york', 'Nowhere/Land', '+02:00', 'Local', 'CET+1', '../etc/passwd'])('refuses %s', (zone) => {
    expectRefusal(() => checks.checkTimeZone('P', 'timeZone', zone), { path: 'P', value: zone, rule: 'IANA', remedy: 'Etc/UTC' });
  });
});
