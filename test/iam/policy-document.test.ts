import { PolicyDocument } from '../../lib/iam/policy-document';
import { PolicyEffect, type PolicyPrincipalsProps, type PolicyStatementProps } from '../../lib/iam/policy-statement';
import { expectRefusal } from '../support/refusal';

const put: PolicyStatementProps = { sid: 'Put', effect: PolicyEffect.ALLOW, actions: ['s3:PutObject'], resources: ['arn:aws:s3:::logs/*'] };
const write = (...statements: Partial<PolicyStatementProps>[]) => JSON.parse(new PolicyDocument('Test/Policy', statements.map((statement) => ({ ...put, ...statement }))).toJson()) as {
  Version: string; Statement: Record<string, unknown>[];
};

describe('PolicyDocument', () => {
  test('writes the elements in one order, and a list of one as its value', () => {
    const document = new PolicyDocument('Test/Policy', [
      { resources: ['arn:aws:s3:::logs/*'], actions: ['s3:PutObject'], effect: PolicyEffect.ALLOW, sid: 'Put' },
    ]);

    expect(document.toJson()).toBe('{"Version":"2012-10-17","Statement":[{"Sid":"Put","Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/*"}]}');
  });

  test('takes every element of a statement', () => {
    const principals: Required<PolicyPrincipalsProps> = {
      aws: ['arn:aws:iam::123456789012:role/a'],
      services: ['logs.us-east-1.amazonaws.com', 'logs.cn-north-1.amazonaws.com.cn'],
      federated: ['arn:aws:iam::123456789012:oidc-provider/example.com/id'],
    };
    const statement: Required<Omit<PolicyStatementProps, 'notActions' | 'notResources'>> = {
      sid: 'All', effect: PolicyEffect.ALLOW, actions: ['s3:Get*', 's3:PutObject'], resources: ['arn:aws:s3:::a', 'arn:aws:s3:::b'], principals,
      conditions: [
        { operator: 'StringEquals', key: 'aws:PrincipalType', values: ['Account'] },
        { operator: 'StringEquals', key: 'aws:SourceAccount', values: ['1', '2'] },
        { operator: 'Null', key: 's3:x-amz-acl', values: ['true'] },
      ],
      reason: 'the reader walks the whole bucket',
    };

    expect(write(statement).Statement).toEqual([{
      Sid: 'All',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:role/a', Service: ['logs.us-east-1.amazonaws.com', 'logs.cn-north-1.amazonaws.com.cn'], Federated: 'arn:aws:iam::123456789012:oidc-provider/example.com/id' },
      Action: ['s3:Get*', 's3:PutObject'],
      Resource: ['arn:aws:s3:::a', 'arn:aws:s3:::b'],
      Condition: { StringEquals: { 'aws:PrincipalType': 'Account', 'aws:SourceAccount': ['1', '2'] }, Null: { 's3:x-amz-acl': 'true' } },
    }]);
  });

  test('writes what a statement is not about', () => {
    const [statement] = write({ effect: PolicyEffect.DENY, actions: undefined, resources: undefined, notActions: ['s3:GetObject'], notResources: ['arn:aws:s3:::logs/a/*'], reason: 'one prefix' }).Statement;

    expect(statement).toEqual({ Sid: 'Put', Effect: 'Deny', NotAction: 's3:GetObject', NotResource: 'arn:aws:s3:::logs/a/*' });
  });

  test.each<[string, Partial<PolicyStatementProps>]>([
    ['a denial to everyone', { effect: PolicyEffect.DENY, principals: { aws: ['*'] } }],
    ['a denial of every action', { effect: PolicyEffect.DENY, actions: ['*'] }],
    ['a wildcard with a reason', { actions: ['s3:*'], reason: 'recovery' }],
    ['everyone with a reason', { principals: { aws: ['*'] }, reason: 'public' }],
    ['every resource, in the policy of a resource', { resources: ['*'], principals: { aws: ['arn:aws:iam::123456789012:role/a'] } }],
    ['a claim of an issuer that ends in a slash', { conditions: [{ operator: 'StringEquals', key: 'westeurope.oic.prod-aks.azure.com/0a1b/2c3d/:sub', values: ['a'] }, { operator: 'StringEquals', key: 'oidc.example.com/:aud', values: ['a'] }] }],
    ['references in every place', { resources: ['${aws_s3_bucket.a.arn}/*'], principals: { aws: ['${aws_iam_role.a.arn}'] } }],
  ])('takes %s', (_what, statement) => {
    expect(write(statement).Statement).toHaveLength(1);
  });

  test.each<[string, Partial<PolicyStatementProps>, unknown, string, string]>([
    ['allows every action', { actions: ['*'] }, '*', 'AC3', 'state the reason'],
    ['allows every action of a service', { actions: ['s3:*'] }, 's3:*', 'AC3', 'state the reason'],
    ['allows actions by prefix', { actions: ['s3:PutObject', 's3:Get*'] }, 's3:Get*', 'AC3', 'name each action'],
    ['allows actions by pattern', { actions: ['s3:?etObject'] }, 's3:?etObject', 'AC3', 'name each action'],
    ['allows every action but some', { actions: undefined, notActions: ['iam:CreateUser'] }, ['iam:CreateUser'], 'AC3', 'state the reason'],
    ['denies every action but some', { effect: PolicyEffect.DENY, actions: undefined, notActions: ['iam:CreateUser'] }, ['iam:CreateUser'], 'AC3', 'state the reason'],
    ['allows everyone', { principals: { aws: ['*'] } }, '*', 'AC3', 'state the reason'],
    ['allows on every resource', { resources: ['*'] }, '*', 'AC3', 'by ARN'],
    ['allows on every bucket', { resources: ['arn:aws:s3:::*'] }, 'arn:aws:s3:::*', 'AC3', 'by ARN'],
    ['allows on every object', { resources: ['arn:aws:s3:::logs/*', 'arn:aws:s3:::*/*'] }, 'arn:aws:s3:::*/*', 'AC3', 'by ARN'],
    ['allows in every account', { resources: ['arn:aws:kms:us-east-1:*:key/a'] }, 'arn:aws:kms:us-east-1:*:key/a', 'AC3', 'by ARN'],
    ['allows on every resource but some', { resources: undefined, notResources: ['arn:aws:s3:::a'] }, ['arn:aws:s3:::a'], 'AC3', 'state the reason'],
    ['hides a wildcard behind a blank reason', { actions: ['s3:*'], reason: ' ' }, ' ', 'required', 'non-empty'],
    ['allows where a key is missing', { conditions: [{ operator: 'ForAllValues:StringEquals', key: 'aws:TagKeys', values: ['a'] }] }, 'ForAllValues:StringEquals', 'ForAllValues', 'ForAnyValue'],
    ['has a principal by wildcard', { principals: { aws: ['arn:aws:iam::123456789012:role/*'] } }, 'arn:aws:iam::123456789012:role/*', 'without wildcards', 'use an ARN'],
    ['has a bare account', { principals: { aws: ['123456789012'] } }, '123456789012', 'one ARN', 'use an ARN'],
    ['names everyone and somebody', { effect: PolicyEffect.DENY, principals: { aws: ['*'], services: ['s3.amazonaws.com'] } }, { aws: ['*'], services: ['s3.amazonaws.com'] }, 'already covers', 'alone'],
    ['names nobody', { principals: {} }, {}, 'AC3', 'name an ARN'],
    ['has a service that is none', { principals: { services: ['logs.example.com'] } }, 'logs.example.com', 'service principals', 'amazonaws.com'],
    ['has everyone for a service', { principals: { services: ['*'] } }, '*', 'service principals', 'amazonaws.com'],
    ['has a provider that is none', { principals: { federated: ['accounts.example.com'] } }, 'accounts.example.com', 'ARN of a provider', 'saml-provider'],
    ['has an action without a service', { actions: ['PutObject'] }, 'PutObject', 'service:Operation', 's3:PutObject'],
    ['has no actions', { actions: [] }, [], 'JSON policy elements', 'at least one'],
    ['has actions and notActions', { notActions: ['s3:GetObject'] }, ['s3:GetObject'], 'excludes', 'use actions alone'],
    ['has resources and notResources', { notResources: ['arn:aws:s3:::a'] }, ['arn:aws:s3:::a'], 'excludes', 'use resources alone'],
    ['has a sid that IAM refuses', { sid: 'put objects' }, 'put objects', 'Sid', 'use a name'],
    ['has no effect', { effect: 'allow' as PolicyEffect }, 'allow', 'Effect', 'PolicyEffect'],
    ['has an unknown operator', { conditions: [{ operator: 'StringEqual', key: 'aws:SourceAccount', values: ['1'] }] }, 'StringEqual', 'condition operators', 'StringEquals'],
    ['has no condition key', { conditions: [{ operator: 'StringEquals', key: 'SourceAccount', values: ['1'] }] }, 'SourceAccount', 'service:name', 'aws:PrincipalArn'],
    ['has a claim behind two slashes', { conditions: [{ operator: 'StringEquals', key: 'oidc.example.com//:sub', values: ['a'] }] }, 'oidc.example.com//:sub', 'service:name', 'aws:PrincipalArn'],
    ['compares with nothing', { conditions: [{ operator: 'StringEquals', key: 'aws:SourceAccount', values: [] }] }, [], 'Condition', 'at least one value'],
    ['has one test twice', { conditions: ['a', 'b'].map((value) => ({ operator: 'StringLike', key: 'aws:TagKeys', values: [value] })) }, 'StringLike aws:TagKeys', 'Condition', 'in one condition'],
    ['has a field that IAM has not', { condition: [] } as Partial<PolicyStatementProps>, 'condition', 'widens a policy', 'conditions'],
    ['has a condition with another field', { conditions: [{ operator: 'Bool', key: 'aws:SecureTransport', values: ['true'], value: 'x' } as never] }, 'value', 'Condition', 'values'],
    ['has a principal of another kind', { principals: { canonicalUser: ['1'] } as PolicyPrincipalsProps }, 'canonicalUser', 'Principal', 'federated'],
    ['has a list that only Terraform knows', { resources: ['#{TfToken[TOKEN.1]}'] }, '#{TfToken[TOKEN.1]}', 'written into it', 'of its own'],
    ['has principals that only Terraform knows', { principals: { aws: ['#{TfToken[TOKEN.1]}'] } }, '#{TfToken[TOKEN.1]}', 'written into it', 'of its own'],
    ['has one string for a list', { actions: 's3:PutObject' as never }, 's3:PutObject', 'policy document is text', 'of its own'],
  ])('refuses a statement that %s', (_what, statement, value, rule, remedy) => {
    expectRefusal(() => write(statement), { path: 'Test/Policy', value, rule, remedy });
  });

  test.each<[string, Partial<PolicyStatementProps>, string]>([
    ['actions', { actions: undefined }, 'actions of Put is required'],
    ['resources', { resources: undefined }, 'resources of Put is required'],
  ])('refuses a statement without %s', (_what, statement, rule) => {
    expectRefusal(() => write(statement), { path: 'Test/Policy', value: undefined, rule, remedy: 'name the' });
  });

  test('refuses a document without statements, and two statements of one name', () => {
    expectRefusal(() => new PolicyDocument('Test/Policy', []), { path: 'Test/Policy', value: undefined, rule: 'statements is required', remedy: 'at least one' });
    expectRefusal(() => write({}, {}), { path: 'Test/Policy', value: 'Put', rule: 'unique', remedy: 'by what it does' });
  });
});
