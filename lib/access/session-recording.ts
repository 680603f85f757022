import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { SsmDocument } from '@cdktf/provider-aws/lib/ssm-document';
import type { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { PolicyDocument } from '../iam/policy-document';
import type { PolicyStatementProps } from '../iam/policy-statement';
import { EncryptedLogGroup } from '../logs/encrypted-log-group';
import { checkAccount, checkFields, checkInteger, checkKeyArn, checkKnownAtSynth, checkLogGroupName, checkRegion, checkRoleName } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { Retention } from '../profile/retention';
import { guardStatements, nodeStatements, operatorStatements, type RecordedSessions } from './session-statements';

export interface SessionRecordingProps {
  /** Where every session's input and output goes, while it runs. */
  readonly logGroupName: string;
  readonly region: string;
  readonly account: string;
  /** ARN of the KMS key that encrypts the log group; its policy lets CloudWatch Logs in for this group (`KeyServiceGrant.cloudWatchLogs`). */
  readonly logGroupKmsKeyArn: string;
  /** How long the log group keeps a recording; the archive keeps it longer. */
  readonly retention: Retention;
  /** ARN of the KMS key that encrypts what travels between the client and the node, beside TLS; its policy lets in the operators' roles and the node's role. */
  readonly sessionKmsKeyArn: string;
  /**
   * Name of the document. The default is the one that the console, and the CLI without a document, take in this account and region.
   * @default SSM-SessionManagerRunShell
   */
  readonly documentName?: string;
  /**
   * Minutes without input after which a session ends, 1 to 60.
   * @default 15
   */
  readonly idleMinutes?: number;
  /**
   * Minutes after which a session ends in any case, 1 to 1440.
   * @default 60
   */
  readonly maxMinutes?: number;
  /**
   * The user that a session runs as. It has to exist where the agent runs, or no session starts. Bottlerocket's control container has `ssm-user`, whose group `api` may use
   * Bottlerocket's API: `enter-admin-container` makes it root on the node, in the session that is recorded. EksNodeGroup makes `ssm-user` on Amazon Linux 2023, without sudo.
   * A session tag `SSMSessionRunAs`, or such a tag of a role or user of IAM, goes before it.
   * @default ssm-user
   */
  readonly runAsUser?: string;
  /**
   * Commands that run first in a session, after the one that gives it a login for auditd, of at most 400 characters.
   * @default - none
   */
  readonly shellProfile?: string;
  /**
   * The role of the nodes, which gets what recording needs.
   * @default - none: give it `nodeStatements()`
   */
  readonly nodeRoleName?: string;
}

/** The nodes that people may open sessions on, by a tag of their instances. EKS tags those of managed node groups with `eks:cluster-name`. */
export interface SessionNodeSelector {
  readonly tagKey: string;
  readonly tagValue: string;
}

const FIELDS = [
  'documentName', 'logGroupName', 'region', 'account', 'logGroupKmsKeyArn', 'retention', 'sessionKmsKeyArn', 'idleMinutes', 'maxMinutes', 'runAsUser', 'shellProfile', 'nodeRoleName',
];
/**
 * The agent starts a shell and signs nobody in, so that auditd would know no person behind it. A process that has no login gives itself one without any privilege
 * (Linux, /proc/self/loginuid), which stays through sudo. As a builtin of the shell it is about the shell itself.
 */
const LOGIN = 'echo "$(id -u)" 2>/dev/null >/proc/self/loginuid';
const DEFAULT_DOCUMENT = 'SSM-SessionManagerRunShell';

/**
 * Session Manager's preferences, by which every session on a node is recorded: the only way onto a node, beside which there is no bastion and no SSH.
 *
 * Serves 45 CFR 164.312(b): who did what on a node is in an encrypted log group while it happens, and cannot be taken back by who did it; and
 * 312(a)(2)(iii) by ending idle sessions. The agent refuses to start a session if the log group is not encrypted. What is recorded is what the terminal showed:
 * `operatorStatements()` deny what has no terminal (SSH, port forwarding, Run Command), and `guardStatements()` alone are for those who open no
 * sessions and could otherwise go around. A recording can hold what was shown, PHI included: who reads the log group reads it.
 *
 * A session gives itself a login (`auid`) as its first command, so that auditd on a node knows what became of it, through sudo, too. Who interrupts that command is told
 * by the user that sessions run as alone (EksNodeGroup).
 *
 * Who may open a session on Bottlerocket may become root there by its admin container. The way to it is recorded and so is what root types in that terminal; what root
 * leaves running is not, and root can end the recording. No filter of the log group tells of it: Bottlerocket's greeting has the words of each session that goes there.
 *
 * The document of the default name exists already where somebody saved preferences in the console. Terraform takes it over with
 * `recording.document.importFrom('SSM-SessionManagerRunShell')` and changes it in place. Without the document a session would not be recorded, so that
 * Terraform does not delete it.
 *
 * @example
 *   const recording = new SessionRecording(stack, 'Sessions', {
 *     logGroupName: '/hipaa/healthcare-cluster/sessions', region: 'us-east-1', account: '123456789012', retention: Retention.years(6),
 *     logGroupKmsKeyArn: logsKey.arn, sessionKmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
 *     nodeRoleName: 'healthcare-cluster-node',
 *   });
 *   const statements = recording.operatorStatements({ tagKey: 'eks:cluster-name', tagValue: 'healthcare-cluster' });
 */
export class SessionRecording extends Construct {
  public readonly document: SsmDocument;
  public readonly logGroup: CloudwatchLogGroup;
  private readonly sessions: RecordedSessions;
  private nodeRoles = 0;

  public constructor(scope: Construct, id: string, props: SessionRecordingProps) {
    super(scope, id);
    this.check(props);
    const { documentName = DEFAULT_DOCUMENT, logGroupName, region, account, sessionKmsKeyArn, idleMinutes = 15, maxMinutes = 60, runAsUser = 'ssm-user' } = props;
    this.sessions = { documentName, logGroupName, region, account, sessionKmsKeyArn };

    const log = new EncryptedLogGroup(this, 'LogGroup', { logGroupName, region, retention: props.retention, kmsKeyArn: props.logGroupKmsKeyArn });
    this.logGroup = log.logGroup;
    this.document = new SsmDocument(this, 'Resource', {
      name: documentName,
      documentType: 'Session',
      documentFormat: 'JSON',
      region,
      content: JSON.stringify({
        schemaVersion: '1.0',
        description: 'Session Manager preferences: every session is encrypted and recorded',
        sessionType: 'Standard_Stream',
        inputs: {
          s3BucketName: '',
          s3KeyPrefix: '',
          s3EncryptionEnabled: true,
          cloudWatchLogGroupName: log.logGroupName,
          cloudWatchEncryptionEnabled: true,
          cloudWatchStreamingEnabled: true,
          kmsKeyId: sessionKmsKeyArn,
          runAsEnabled: true,
          runAsDefaultUser: runAsUser,
          idleSessionTimeout: String(idleMinutes),
          maxSessionDuration: String(maxMinutes),
          shellProfile: { windows: '', linux: [LOGIN, ...(props.shellProfile ? [props.shellProfile] : [])].join('\n') },
        },
      }),
      lifecycle: { preventDestroy: true },
    });
    if (props.nodeRoleName !== undefined) this.addNodeRole(props.nodeRoleName);

    Safeguard.implement(this.document, Control.AC8_RECORDING, 'what the terminal of every session on a node shows, of one that becomes root included, is encrypted and streamed to an encrypted log group; a session ends when it is idle');
  }

  /** Lets the nodes of a role record what is typed on them. */
  public addNodeRole(roleName: string): void {
    checkRoleName(this.node.path, 'nodeRoleName', roleName);
    const id = this.nodeRoles === 0 ? 'NodePolicy' : `NodePolicy${this.nodeRoles + 1}`;
    this.nodeRoles += 1;
    new IamRolePolicy(this, id, { name: 'record-sessions', role: roleName, policy: new PolicyDocument(this.node.path, this.nodeStatements()).toJson() });
  }

  /** For those who may open sessions on these nodes: what they need, and the denials of `guardStatements()`. */
  public operatorStatements(nodes: SessionNodeSelector): PolicyStatementProps[] {
    const path = this.node.path;
    checkFields(path, nodes, ['tagKey', 'tagValue'], 'nodes are selected by one tag');
    for (const [prop, value] of [['tagKey', nodes.tagKey], ['tagValue', nodes.tagValue]]) {
      if (typeof value !== 'string' || !/^[\w.:/=+@-]{1,128}$/.test(value)) {
        throw Errors.refused(path, `${prop} selects no nodes`, value, 'control AC8, 45 CFR 164.312(b): sessions are opened on nodes that are named by a tag', "use a tag such as { tagKey: 'eks:cluster-name', tagValue: 'healthcare-cluster' }");
      }
    }
    return [...operatorStatements(this.sessions, nodes.tagKey, nodes.tagValue), ...this.guardStatements()];
  }

  /** For those who have wide rights in the account: denies every way onto a node that is not recorded, and changes of the recording. Not for the role that runs Terraform. */
  public guardStatements(): PolicyStatementProps[] {
    return guardStatements(this.sessions);
  }

  /** For the role of the nodes. */
  public nodeStatements(): PolicyStatementProps[] {
    return nodeStatements(this.sessions);
  }

  private check(props: SessionRecordingProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'session recording takes no other field');
    const { documentName, runAsUser, shellProfile, nodeRoleName } = props;
    if (documentName !== undefined && (typeof documentName !== 'string' || !/^[A-Za-z0-9_.-]{3,128}$/.test(documentName) || /^(aws|amazon|amzn)/i.test(documentName))) {
      throw Errors.refused(path, 'documentName is no name of a document', documentName, "AWS Systems Manager, CreateDocument; names that start with aws, amazon or amzn are AWS' own", 'use 3 to 128 of letters, digits, _, . and -, or leave it out');
    }
    checkLogGroupName(path, 'logGroupName', props.logGroupName);
    checkKnownAtSynth(path, 'logGroupName', props.logGroupName);
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    checkKeyArn(path, 'sessionKmsKeyArn', props.sessionKmsKeyArn, props.region);
    checkInteger(path, 'idleMinutes', props.idleMinutes ?? 15, 1, 60, 'control AC8, 45 CFR 164.312(a)(2)(iii): AWS Systems Manager, idle session timeout of 1 to 60 minutes');
    checkInteger(path, 'maxMinutes', props.maxMinutes ?? 60, 1, 1440, 'AWS Systems Manager, maximum session duration of 1 to 1440 minutes');
    if (runAsUser !== undefined && (typeof runAsUser !== 'string' || !/^[a-z_][a-z0-9_-]{0,31}$/.test(runAsUser))) {
      throw Errors.refused(path, 'runAsUser is no user of Linux', runAsUser, 'useradd: names of users', "use a name such as 'ssm-user'");
    }
    if (runAsUser === 'root') {
      throw Errors.weakened(path, 'AC8, 45 CFR 164.312(b): who is root on a node can stop its recording, before anything shows it', 'runAsUser is root', runAsUser, "use a user that is not root at once, such as 'ssm-user'");
    }
    if (shellProfile !== undefined && (typeof shellProfile !== 'string' || shellProfile.length > 400)) {
      throw Errors.refused(path, 'shellProfile is no text of at most 400 characters', shellProfile, 'AWS Systems Manager, shell profiles: 512 characters, of which the login for auditd takes some', 'give at most 400 characters of commands');
    }
    if (nodeRoleName !== undefined) checkRoleName(path, 'nodeRoleName', nodeRoleName);
  }
}
