import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { GuarddutyDetector } from '@cdktf/provider-aws/lib/guardduty-detector';
import { GuarddutyDetectorFeature } from '@cdktf/provider-aws/lib/guardduty-detector-feature';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkArn, checkFields, checkKnownAtSynth, checkPartition, checkRegion, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';

export interface GuardDutyDetectionProps {
  readonly region: string;
  /** Name of the rule that tells of findings; unique in the account and region. */
  readonly ruleName: string;
  /** ARN of the topic that is told of findings. Its policy lets EventBridge publish (`AlarmTopic`). */
  readonly topicArn: string;
  /**
   * Least severity of a finding that is told: 1 to 7. GuardDuty calls 4 and above medium, 7 and above high, and what is high has to be told.
   * @default 4
   */
  readonly minSeverity?: number;
  /**
   * Whether volumes of an instance are scanned for malware after a finding about it. GuardDuty copies them by snapshots: it needs the volumes' key.
   * @default false
   */
  readonly malwareProtection?: boolean;
  /**
   * Id of the detector that the account has in the region: there is one at most. Its state is not known here, so control AU9 is attested or not met.
   * @default - one is made
   */
  readonly existingDetectorId?: string;
}

const FIELDS = ['region', 'ruleName', 'topicArn', 'minSeverity', 'malwareProtection', 'existingDetectorId'];
const ENABLED = 'ENABLED';

/**
 * GuardDuty for the account's region: it reads the API audit log of every EKS cluster and the data events of S3 by itself, and watches what runs on nodes by an
 * agent that it installs on clusters as an add-on. Findings go to a topic.
 *
 * Serves 45 CFR 164.312(b). The agent needs an interface endpoint for `guardduty-data`, which GuardDuty makes in the cluster's VPC, and nodes and clusters that
 * its add-on supports (Amazon GuardDuty, Runtime Monitoring). GuardDuty keeps findings for 90 days.
 *
 * @example
 *   new GuardDutyDetection(stack, 'GuardDuty', {
 *     region: 'us-east-1', ruleName: 'healthcare-cluster-findings', topicArn: 'arn:aws:sns:us-east-1:123456789012:healthcare-cluster-alarms',
 *   });
 */
export class GuardDutyDetection extends Construct {
  /** The detector, where it is made here. */
  public readonly detector?: GuarddutyDetector;
  public readonly detectorId: string;
  public readonly runtimeMonitoring: GuarddutyDetectorFeature;
  public readonly rule: CloudwatchEventRule;

  public constructor(scope: Construct, id: string, props: GuardDutyDetectionProps) {
    super(scope, id);
    this.check(props);
    const { region, existingDetectorId, minSeverity = 4 } = props;
    if (existingDetectorId === undefined) {
      this.detector = new GuarddutyDetector(this, 'Resource', { enable: true, findingPublishingFrequency: 'FIFTEEN_MINUTES', region, lifecycle: { preventDestroy: true } });
    }
    this.detectorId = this.detector?.id ?? existingDetectorId!;
    const { detectorId } = this;
    const feature = (child: string, name: string, status = ENABLED): GuarddutyDetectorFeature => new GuarddutyDetectorFeature(this, child, { detectorId, name, status, region });
    feature('EksAuditLogs', 'EKS_AUDIT_LOGS');
    feature('S3DataEvents', 'S3_DATA_EVENTS');
    if (props.malwareProtection) feature('MalwareProtection', 'EBS_MALWARE_PROTECTION');
    this.runtimeMonitoring = new GuarddutyDetectorFeature(this, 'RuntimeMonitoring', {
      detectorId,
      name: 'RUNTIME_MONITORING',
      status: ENABLED,
      region,
      // All three: the provider would replace the feature on every plan to take away what GuardDuty tells of the others.
      additionalConfiguration: [
        { name: 'EKS_ADDON_MANAGEMENT', status: ENABLED },
        { name: 'ECS_FARGATE_AGENT_MANAGEMENT', status: 'DISABLED' },
        { name: 'EC2_AGENT_MANAGEMENT', status: 'DISABLED' },
      ],
    });
    this.rule = new CloudwatchEventRule(this, 'Findings', {
      name: props.ruleName,
      description: `GuardDuty findings of severity ${minSeverity} and above`,
      region,
      state: ENABLED,
      eventPattern: JSON.stringify({ 'source': ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'], 'detail': { severity: [{ numeric: ['>=', minSeverity] }] } }),
    });
    new CloudwatchEventTarget(this, 'FindingsTarget', {
      rule: this.rule.name,
      arn: props.topicArn,
      region,
      inputTransformer: {
        inputPaths: { severity: '$.detail.severity', type: '$.detail.type', title: '$.detail.title', account: '$.account', region: '$.region', finding: '$.detail.id' },
        inputTemplate: '"GuardDuty finding of severity <severity> in account <account>, <region>: <title> (<type>). Finding <finding>."',
      },
    });

    if (existingDetectorId === undefined) {
      Safeguard.implement(this.runtimeMonitoring, Control.AU9_RUNTIME, 'watches what runs on nodes of EKS by an agent that GuardDuty installs, and tells of findings');
    } else {
      Safeguard.leaveOpen(this.runtimeMonitoring, Control.AU9_RUNTIME, 'the detector was made elsewhere: whether it is enabled is not judged here');
    }
  }

  private check(props: GuardDutyDetectionProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'the detection of threats takes no other field');
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    if (typeof props.ruleName !== 'string' || !/^[\w.-]{1,64}$/.test(props.ruleName)) {
      throw Errors.refused(path, 'ruleName is no name of a rule', props.ruleName, 'Amazon EventBridge, PutRule', 'use 1 to 64 of letters, digits and ._-');
    }
    checkArn(path, 'topicArn', props.topicArn, 'sns');
    checkPartition(path, 'topicArn', props.topicArn, props.region);
    const { minSeverity, malwareProtection, existingDetectorId } = props;
    if (minSeverity !== undefined && !(typeof minSeverity === 'number' && minSeverity >= 1 && minSeverity <= 7)) {
      throw Errors.refused(path, 'minSeverity is not from 1 to 7', minSeverity, 'control AU9, 45 CFR 164.312(b); Amazon GuardDuty, severity levels: 7 and above is high', 'use 4 for medium and above');
    }
    if (malwareProtection !== undefined && typeof malwareProtection !== 'boolean') {
      throw Errors.refused(path, 'malwareProtection is no boolean', malwareProtection, 'Amazon GuardDuty, malware protection', 'use true or false');
    }
    if (existingDetectorId !== undefined && !isTerraformToken(existingDetectorId) && !(typeof existingDetectorId === 'string' && /^[0-9a-f]{32}$/.test(existingDetectorId))) {
      throw Errors.refused(path, 'existingDetectorId is no id of a detector', existingDetectorId, 'Amazon GuardDuty, detectors: 32 hex digits', "use the id that 'aws guardduty list-detectors' shows");
    }
  }
}
