import { execFileSync } from 'node:child_process';
import type { TerraformStack } from 'cdktf';
import { SessionRecording, type SessionRecordingProps } from '../../lib/access/session-recording';
import { PolicyDocument } from '../../lib/iam/policy-document';
import type { PolicyStatementProps } from '../../lib/iam/policy-statement';
import { Retention } from '../../lib/profile/retention';
import { claimsBelow } from '../support/claims';
import { ADMINISTRATOR_ACCESS, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const LOGS_KEY = 'arn:aws:kms:us-east-1:123456789012:key/2234abcd-12ab-34cd-56ef-1234567890ab';
const props: Required<SessionRecordingProps> = {
  documentName: 'HipaaSession', logGroupName: '/hipaa/healthcare-cluster/sessions', region: 'us-east-1', account: '123456789012', logGroupKmsKeyArn: LOGS_KEY, retention: Retention.years(6),
  sessionKmsKeyArn: KEY, idleMinutes: 10, maxMinutes: 30, runAsUser: 'operator', shellProfile: 'date', nodeRoleName: 'healthcare-cluster-node',
};
const LOGIN = 'echo "$(id -u)" 2>/dev/null >/proc/self/loginuid';
const DEFAULTS = { documentName: undefined, idleMinutes: undefined, maxMinutes: undefined, runAsUser: undefined, shellProfile: undefined, nodeRoleName: undefined };
const NODES = { tagKey: 'eks:cluster-name', tagValue: 'healthcare-cluster' };
const make = (changes: object = {}) => (stack: TerraformStack) => new SessionRecording(stack, 'Sessions', { ...props, ...changes });
const contentOf = (changes: object) => JSON.parse(synthStack(make(changes)).only('aws_ssm_document').content as string) as Record<string, unknown>;

describe('SessionRecording', () => {
  test('records every session of the account and region, by default', () => {
    const stack = synthStack(make(DEFAULTS));
    const [group] = Object.keys(stack.resources.aws_cloudwatch_log_group);

    expect(stack.only('aws_ssm_document')).toMatchObject({
      name: 'SSM-SessionManagerRunShell', document_type: 'Session', document_format: 'JSON', region: 'us-east-1', lifecycle: { prevent_destroy: true },
    });
    expect(contentOf(DEFAULTS)).toMatchObject({
      schemaVersion: '1.0',
      sessionType: 'Standard_Stream',
      inputs: {
        cloudWatchLogGroupName: `\${aws_cloudwatch_log_group.${group}.name}`, cloudWatchEncryptionEnabled: true, cloudWatchStreamingEnabled: true, kmsKeyId: KEY, s3BucketName: '',
        runAsEnabled: true, runAsDefaultUser: 'ssm-user', idleSessionTimeout: '15', maxSessionDuration: '60', shellProfile: { windows: '', linux: LOGIN },
      },
    });
    expect(stack.only('aws_cloudwatch_log_group')).toMatchObject({ name: props.logGroupName, kms_key_id: LOGS_KEY, retention_in_days: 2192, region: 'us-east-1' });
    expect(stack.resources.aws_iam_role_policy).toBeUndefined();
    expect(contentOf(DEFAULTS)).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const stack = synthStack(make());

    expect(stack.only('aws_ssm_document').name).toBe('HipaaSession');
    expect(contentOf({})).toMatchObject({ inputs: { runAsDefaultUser: 'operator', idleSessionTimeout: '10', maxSessionDuration: '30', shellProfile: { linux: `${LOGIN}\ndate` } } });
    expect(stack.only('aws_iam_role_policy')).toMatchObject({ name: 'record-sessions', role: 'healthcare-cluster-node' });
  });

  test('gives a session a login for auditd, by the shell itself', () => {
    const { inputs } = contentOf(DEFAULTS) as { inputs: { shellProfile: { linux: string } } };
    const file = '/proc/self/loginuid';

    expect(inputs.shellProfile.linux).toContain(file);
    // What the agent writes to the shell takes 512 characters at most, those of a profile included.
    expect(LOGIN.length + 1 + 400).toBeLessThanOrEqual(512);
    // A builtin: another process would give the login to itself.
    expect(execFileSync('sh', ['-c', 'type echo']).toString()).toContain('builtin');
    expect(execFileSync('sh', ['-c', `id() { printf 55088; }; ${LOGIN.replace(` 2>/dev/null >${file}`, '')}`]).toString()).toBe('55088\n');
  });

  test('lets the nodes of several roles record', () => {
    const roles = Object.values(synthStack((stack) => {
      const recording = make()(stack);
      recording.addNodeRole('gpu-node');
      recording.addNodeRole('arm-node');
    }).resources.aws_iam_role_policy).map(({ role }) => role as string);

    expect(roles.sort()).toEqual(['arm-node', 'gpu-node', 'healthcare-cluster-node']);
    expectRefusal(() => make()(testStack()).addNodeRole('a b'), { path: 'Test/Sessions', value: 'a b', rule: 'IAM', remedy: '64' });
  });

  test('takes references to keys', () => {
    expect(contentOf({ sessionKmsKeyArn: '${aws_kms_key.Sessions.arn}' })).toMatchObject({ inputs: { kmsKeyId: '${aws_kms_key.Sessions.arn}' } });
  });

  test('uses the names of the partition', () => {
    const changes = { region: 'us-gov-west-1', logGroupKmsKeyArn: LOGS_KEY.replace('aws:kms:us-east-1', 'aws-us-gov:kms:us-gov-west-1'), sessionKmsKeyArn: KEY.replace('aws:kms:us-east-1', 'aws-us-gov:kms:us-gov-west-1') };
    const recording = make(changes)(testStack());
    const text = JSON.stringify([...recording.operatorStatements(NODES), ...recording.nodeStatements()]);

    expect(text).toContain('arn:aws-us-gov:ssm:us-gov-west-1:123456789012:document/HipaaSession');
    expect(text).not.toContain('arn:aws:');
  });

  test('keeps the variables of IAM from Terraform', () => {
    expect(new PolicyDocument('x', make()(testStack()).operatorStatements(NODES)).toJson()).toContain('$${aws:userid}');
  });

  test('opens channels of sessions, whose ids begin with names that people have, and none of nodes', () => {
    const channels = make()(testStack()).operatorStatements(NODES).filter(({ actions }) => actions?.some((action) => action.startsWith('ssmmessages:')));

    // The simulator knows no resource of this action.
    expect(channels).toMatchObject([{ actions: ['ssmmessages:OpenDataChannel'], resources: ['arn:aws:ssm:us-east-1:123456789012:session/*'] }]);
  });

  test('claims the recording on the document', () => {
    const stack = testStack();
    make()(stack);

    expect(claimsBelow(stack)).toEqual(['Test/Sessions/Resource implements AC8']);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a name of AWS for the document', { documentName: 'AWS-StartSSHSession' }, 'AWS-StartSSHSession', 'CreateDocument', 'leave it out'],
    ['a name with a wildcard', { documentName: 'Session*' }, 'Session*', 'CreateDocument', '3 to 128'],
    ['a log group with a wildcard', { logGroupName: '/hipaa/*' }, '/hipaa/*', 'CreateLogGroup', 'full name'],
    ['a log group that only Terraform knows', { logGroupName: '${var.group}' }, '${var.group}', 'derived from logGroupName', 'itself'],
    ['no region', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'derived from region', 'itself'],
    ['no account', { account: '1' }, '1', 'twelve digits', '123456789012'],
    ['an alias for the key of sessions', { sessionKmsKeyArn: 'alias/sessions' }, 'alias/sessions', 'AWS: arn:', 'full ARN'],
    ['a key of another region', { sessionKmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'its own region', 'us-east-1'],
    ['a key of the log group of another region', { logGroupKmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'its own region', 'us-east-1'],
    ['no retention', { retention: 2192 }, 2192, '164.316', 'Retention.years(6)'],
    ['sessions that idle for hours', { idleMinutes: 61 }, 61, '312(a)(2)(iii)', '1 to 60'],
    ['sessions without an end', { maxMinutes: 0 }, 0, 'maximum session duration', '1 to 1440'],
    ['sessions of root', { runAsUser: 'root' }, 'root', 'AC8', 'ssm-user'],
    ['a user that is none', { runAsUser: 'a b' }, 'a b', 'useradd', 'ssm-user'],
    ['a profile that is too long', { shellProfile: 'x'.repeat(401) }, 'x'.repeat(401), 'shell profiles', '400'],
    ['a role that is none', { nodeRoleName: 'a b' }, 'a b', 'IAM', '64'],
    ['an unknown field', { s3Bucket: 'x' }, 's3Bucket', 'no other field', 'logGroupName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Sessions', value, rule, remedy });
  });

  test.each<[string, object, unknown]>([
    ['every value', { tagKey: 'team', tagValue: '*' }, '*'],
    ['no tag', { tagKey: '', tagValue: 'x' }, ''],
    ['a tag that only Terraform knows', { tagKey: 'team', tagValue: '${var.team}' }, '${var.team}'],
  ])('selects no nodes by %s', (_what, nodes, value) => {
    expectRefusal(() => make()(testStack()).operatorStatements(nodes as typeof NODES), { path: 'Test/Sessions', value, rule: 'AC8', remedy: 'eks:cluster-name' });
  });
});

describe('evaluation', () => {
  const recording = make(DEFAULTS)(testStack());
  const text = (statements: PolicyStatementProps[]) => new PolicyDocument('x', statements).toJson().replaceAll('$${', '${');
  const OPERATOR = [text(recording.operatorStatements(NODES))];
  const GUARDED = [ADMINISTRATOR_ACCESS, text(recording.guardStatements())];
  const NODE = [text(recording.nodeStatements())];
  const SSM = 'arn:aws:ssm:us-east-1:123456789012';
  const DOCUMENT = `${SSM}:document/SSM-SessionManagerRunShell`;
  const INSTANCE = 'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0';
  const LOG = 'arn:aws:logs:us-east-1:123456789012:log-group:/hipaa/healthcare-cluster/sessions';
  const principal = 'arn:aws:sts::123456789012:assumed-role/operator/jane';
  /** A key that leaves the decision to IAM. */
  const KEY_POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] });
  const checked = { 'ssm:SessionDocumentAccessCheck': 'true' };
  const ours = { 'ssm:resourceTag/eks:cluster-name': 'healthcare-cluster' };
  const me = { 'aws:userid': 'AROAEXAMPLE:jane' };
  const startedBy = (id: string) => ({ ...me, 'ssm:resourceTag/aws:ssmmessages:session-id': id });

  test.each<[string, string[], string, string, Record<string, string>, string]>([
    ['operator: SSH through a session', OPERATOR, 'ssm:StartSession', 'arn:aws:ssm:us-east-1:123456789012:document/AWS-StartSSHSession', checked, 'ExplicitlyDenied'],
    ['operator: port forwarding', OPERATOR, 'ssm:StartSession', 'arn:aws:ssm:us-east-1:123456789012:document/AWS-StartPortForwardingSession', checked, 'ExplicitlyDenied'],
    ['operator: port forwarding to another host', OPERATOR, 'ssm:StartSession', 'arn:aws:ssm:us-east-1:123456789012:document/AWS-StartPortForwardingSessionToRemoteHost', checked, 'ExplicitlyDenied'],
    ['operator: an interactive command', OPERATOR, 'ssm:StartSession', 'arn:aws:ssm:us-east-1:123456789012:document/AWS-StartInteractiveCommand', checked, 'ExplicitlyDenied'],
    ['operator: a document of their own', OPERATOR, 'ssm:StartSession', `${SSM}:document/Mine`, checked, 'ExplicitlyDenied'],
    ['operator: a document with a longer name', OPERATOR, 'ssm:StartSession', `${DOCUMENT}2`, checked, 'ExplicitlyDenied'],
    ['operator: without the check of the document', OPERATOR, 'ssm:StartSession', INSTANCE, { ...ours, 'ssm:SessionDocumentAccessCheck': 'false' }, 'ImplicitlyDenied'],
    ['operator: the document without its check', OPERATOR, 'ssm:StartSession', DOCUMENT, { 'ssm:SessionDocumentAccessCheck': 'false' }, 'ImplicitlyDenied'],
    ['operator: an instance without the tag', OPERATOR, 'ssm:StartSession', INSTANCE, checked, 'ImplicitlyDenied'],
    ['operator: an instance of another cluster', OPERATOR, 'ssm:StartSession', INSTANCE, { ...checked, 'ssm:resourceTag/eks:cluster-name': 'other' }, 'ImplicitlyDenied'],
    ['operator: an instance of another region', OPERATOR, 'ssm:StartSession', INSTANCE.replace('us-east-1', 'us-west-2'), { ...checked, ...ours }, 'ExplicitlyDenied'],
    ["operator: somebody else's session", OPERATOR, 'ssm:ResumeSession', `${SSM}:session/john-0a`, startedBy('AROAEXAMPLE:john'), 'ImplicitlyDenied'],
    ["operator: ends somebody else's session", OPERATOR, 'ssm:TerminateSession', `${SSM}:session/jane-0a`, startedBy('AROAEXAMPLE:john'), 'ImplicitlyDenied'],
    ['operator: a session without an owner', OPERATOR, 'ssm:ResumeSession', `${SSM}:session/jane-0a`, me, 'ImplicitlyDenied'],
    ['operator: Run Command', OPERATOR, 'ssm:SendCommand', 'arn:aws:ssm:us-east-1:123456789012:document/AWS-RunShellScript', {}, 'ExplicitlyDenied'],
    ['operator: the key of sessions to read', OPERATOR, 'kms:Decrypt', KEY, {}, 'ImplicitlyDenied'],
    ['administrator: SSH through a session', GUARDED, 'ssm:StartSession', 'arn:aws:ssm:us-east-1:123456789012:document/AWS-StartSSHSession', {}, 'ExplicitlyDenied'],
    ['administrator: Run Command', GUARDED, 'ssm:SendCommand', INSTANCE, {}, 'ExplicitlyDenied'],
    ['administrator: an association', GUARDED, 'ssm:CreateAssociation', INSTANCE, {}, 'ExplicitlyDenied'],
    ['administrator: a key for SSH', GUARDED, 'ec2-instance-connect:SendSSHPublicKey', INSTANCE, {}, 'ExplicitlyDenied'],
    ['administrator: the serial console', GUARDED, 'ec2-instance-connect:SendSerialConsoleSSHPublicKey', INSTANCE, {}, 'ExplicitlyDenied'],
    ['administrator: changes the document', GUARDED, 'ssm:UpdateDocument', DOCUMENT, {}, 'ExplicitlyDenied'],
    ['administrator: goes back to a former version', GUARDED, 'ssm:UpdateDocumentDefaultVersion', DOCUMENT, {}, 'ExplicitlyDenied'],
    ['administrator: deletes the document', GUARDED, 'ssm:DeleteDocument', DOCUMENT, {}, 'ExplicitlyDenied'],
    ['administrator: deletes the recordings', GUARDED, 'logs:DeleteLogGroup', LOG, {}, 'ExplicitlyDenied'],
    ['administrator: deletes a recording', GUARDED, 'logs:DeleteLogStream', `${LOG}:log-stream:jane-0a`, {}, 'ExplicitlyDenied'],
    ['administrator: shortens the retention', GUARDED, 'logs:PutRetentionPolicy', LOG, {}, 'ExplicitlyDenied'],
    ['administrator: ends the copy of the archive', GUARDED, 'logs:DeleteSubscriptionFilter', LOG, {}, 'ExplicitlyDenied'],
    ['administrator: sends recordings elsewhere', GUARDED, 'logs:PutSubscriptionFilter', LOG, {}, 'ExplicitlyDenied'],
    ['administrator: masks what recordings say', GUARDED, 'logs:PutDataProtectionPolicy', LOG, {}, 'ExplicitlyDenied'],
    ['administrator: writes recordings anew', GUARDED, 'logs:PutTransformer', LOG, {}, 'ExplicitlyDenied'],
    ['node: writes another log group', NODE, 'logs:PutLogEvents', 'arn:aws:logs:us-east-1:123456789012:log-group:/hipaa/other:log-stream:x', {}, 'ImplicitlyDenied'],
    ['node: reads recordings', NODE, 'logs:GetLogEvents', `${LOG}:log-stream:jane-0a`, {}, 'ImplicitlyDenied'],
    ['node: deletes a recording', NODE, 'logs:DeleteLogStream', `${LOG}:log-stream:jane-0a`, {}, 'ImplicitlyDenied'],
    ['node: another key', NODE, 'kms:Decrypt', LOGS_KEY, {}, 'ImplicitlyDenied'],
    ['operator: a node of the cluster', OPERATOR, 'ssm:StartSession', INSTANCE, { ...checked, ...ours }, 'Allowed'],
    ['operator: the recorded document', OPERATOR, 'ssm:StartSession', DOCUMENT, checked, 'Allowed'],
    ['operator: goes on with their own session', OPERATOR, 'ssm:ResumeSession', `${SSM}:session/jane-0a`, startedBy('AROAEXAMPLE:jane'), 'Allowed'],
    ['operator: encrypts a session', OPERATOR, 'kms:GenerateDataKey', KEY, {}, 'Allowed'],
    ['operator: finds nodes', OPERATOR, 'ec2:DescribeInstances', '*', {}, 'Allowed'],
    ['administrator: a recorded session', GUARDED, 'ssm:StartSession', INSTANCE, { ...checked, ...ours }, 'Allowed'],
    ['administrator: the subscription of another log group', GUARDED, 'logs:PutSubscriptionFilter', LOG.replace('sessions', 'other'), {}, 'Allowed'],
    ['administrator: another document', GUARDED, 'ssm:UpdateDocument', `${SSM}:document/Patch`, {}, 'Allowed'],
    ['node: writes a recording', NODE, 'logs:PutLogEvents', `${LOG}:log-stream:jane-0a`, {}, 'Allowed'],
    ['node: opens a session', NODE, 'kms:Decrypt', KEY, {}, 'Allowed'],
  ])('%s', async (_what, identityPolicies, action, resource, context, expected) => {
    expect(await decide({ principal, action, resource, context, identityPolicies, ...(resource.includes(':kms:') ? { resourcePolicy: KEY_POLICY } : {}) })).toBe(expected);
  });
});
