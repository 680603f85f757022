import { PolicyEffect, type PolicyStatementProps } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';

/** What the statements about recorded sessions depend on. */
export interface RecordedSessions {
  readonly region: string;
  readonly account: string;
  readonly documentName: string;
  readonly logGroupName: string;
  readonly sessionKmsKeyArn: string;
}

/** What reaches a node beside a session, and leaves no record of what was typed. */
const COMMANDS = [
  'ssm:CreateAssociation', 'ssm:CreateAssociationBatch', 'ssm:GetAccessToken', 'ssm:RegisterTaskWithMaintenanceWindow', 'ssm:SendCommand', 'ssm:StartAccessRequest',
  'ssm:StartAssociationsOnce', 'ssm:StartAutomationExecution', 'ssm:StartChangeRequestExecution', 'ssm:UpdateAssociation', 'ssm:UpdateMaintenanceWindowTask',
];
const KEYS_AND_TUNNELS = ['ec2-instance-connect:OpenTunnel', 'ec2-instance-connect:SendSSHPublicKey', 'ec2-instance-connect:SendSerialConsoleSSHPublicKey'];
/** With this in every statement that allows ssm:StartSession, AWS checks the right to the document too (Systems Manager, session document permission check). */
const DOCUMENT_CHECK = { operator: 'BoolIfExists', key: 'ssm:SessionDocumentAccessCheck', values: ['true'] };

/** What lets people open sessions on the nodes that carry a tag, by the recorded document, and go on with or end their own. */
export function operatorStatements(sessions: RecordedSessions, tagKey: string, tagValue: string): PolicyStatementProps[] {
  const { account, region } = sessions;
  const ssm = `arn:${partitionOf(region)}:ssm:${region}:${account}`;
  return [
    {
      sid: 'AllowSessionsOnNodes',
      effect: PolicyEffect.ALLOW,
      actions: ['ssm:StartSession'],
      resources: [instancesOf(sessions)],
      conditions: [{ operator: 'StringEquals', key: `ssm:resourceTag/${tagKey}`, values: [tagValue] }, DOCUMENT_CHECK],
    },
    { sid: 'AllowRecordedDocument', effect: PolicyEffect.ALLOW, actions: ['ssm:StartSession'], resources: [documentOf(sessions)], conditions: [DOCUMENT_CHECK] },
    {
      sid: 'AllowOwnSessions',
      effect: PolicyEffect.ALLOW,
      actions: ['ssm:ResumeSession', 'ssm:TerminateSession'],
      resources: [`${ssm}:session/*`],
      // AWS writes who started the session into this tag; unlike a prefix of the session's name, nobody can choose it.
      conditions: [{ operator: 'StringEquals', key: 'ssm:resourceTag/aws:ssmmessages:session-id', values: ['${aws:userid}'] }],
    },
    // The id of a role's session begins with its name, which no variable of IAM has alone. What opens a channel is the token that its owner got of StartSession or ResumeSession.
    { sid: 'AllowOwnChannels', effect: PolicyEffect.ALLOW, actions: ['ssmmessages:OpenDataChannel'], resources: [`${ssm}:session/*`] },
    // The client makes the data key; the node opens it (Systems Manager, KMS encryption of session data).
    { sid: 'AllowEncryptedSessions', effect: PolicyEffect.ALLOW, actions: ['kms:GenerateDataKey'], resources: [sessions.sessionKmsKeyArn] },
    {
      sid: 'AllowFindingNodes',
      effect: PolicyEffect.ALLOW,
      actions: ['ec2:DescribeInstances', 'ssm:DescribeInstanceProperties', 'ssm:DescribeSessions', 'ssm:GetConnectionStatus'],
      resources: ['*'],
      reason: 'these actions know no resource; they name nodes and sessions, and tell nothing of what was typed',
    },
  ];
}

/** What keeps whoever holds them from every way onto a node that is not recorded, and from the recording itself. */
export function guardStatements(sessions: RecordedSessions): PolicyStatementProps[] {
  return [
    {
      sid: 'DenyOtherSessions',
      effect: PolicyEffect.DENY,
      actions: ['ssm:StartSession'],
      notResources: [documentOf(sessions), instancesOf(sessions)],
      reason: 'whichever document AWS or somebody adds next, it is not the one that records: SSH, port forwarding and interactive commands among them',
    },
    { sid: 'DenyCommands', effect: PolicyEffect.DENY, actions: COMMANDS, resources: ['*'] },
    { sid: 'DenyKeysAndTunnels', effect: PolicyEffect.DENY, actions: KEYS_AND_TUNNELS, resources: ['*'] },
    {
      sid: 'DenyChangesOfDocument',
      effect: PolicyEffect.DENY,
      actions: ['ssm:CreateDocument', 'ssm:DeleteDocument', 'ssm:ModifyDocumentPermission', 'ssm:UpdateDocument', 'ssm:UpdateDocumentDefaultVersion'],
      resources: [documentOf(sessions)],
    },
    {
      sid: 'DenyChangesOfRecords',
      effect: PolicyEffect.DENY,
      // A subscription takes records out or ends the copy of the archive, a policy masks what they say, and a transformer writes it anew.
      actions: [
        'logs:AssociateKmsKey', 'logs:DeleteLogGroup', 'logs:DeleteLogStream', 'logs:DeleteRetentionPolicy', 'logs:DeleteSubscriptionFilter', 'logs:DisassociateKmsKey',
        'logs:PutDataProtectionPolicy', 'logs:PutRetentionPolicy', 'logs:PutSubscriptionFilter', 'logs:PutTransformer',
      ],
      resources: [logGroupOf(sessions), `${logGroupOf(sessions)}:*`],
    },
  ];
}

/** What a node needs to record a session: it writes the log, and opens the data key that the client made. */
export function nodeStatements(sessions: RecordedSessions): PolicyStatementProps[] {
  return [
    {
      sid: 'AllowRecording',
      effect: PolicyEffect.ALLOW,
      actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      resources: [logGroupOf(sessions), `${logGroupOf(sessions)}:*`],
    },
    {
      sid: 'AllowFindingLogGroup',
      effect: PolicyEffect.ALLOW,
      actions: ['logs:DescribeLogGroups'],
      resources: ['*'],
      reason: 'the agent looks the log group up by its name before it starts, and refuses one that is not encrypted; the answer names groups and no event',
    },
    { sid: 'AllowOpeningSessions', effect: PolicyEffect.ALLOW, actions: ['kms:Decrypt'], resources: [sessions.sessionKmsKeyArn] },
  ];
}

function documentOf({ account, region, documentName }: RecordedSessions): string {
  return `arn:${partitionOf(region)}:ssm:${region}:${account}:document/${documentName}`;
}

function instancesOf({ account, region }: RecordedSessions): string {
  return `arn:${partitionOf(region)}:ec2:${region}:${account}:instance/*`;
}

function logGroupOf({ account, region, logGroupName }: RecordedSessions): string {
  return `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${logGroupName}`;
}
