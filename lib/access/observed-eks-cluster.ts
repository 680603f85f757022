import { DataAwsEksCluster } from '@cdktf/provider-aws/lib/data-aws-eks-cluster';
import type { Postcondition } from 'cdktf';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkClusterName, checkFields, checkKnownAtSynth, checkRegion } from '../profile/checks';
import { Errors } from '../profile/errors';
import { KubernetesVersion } from '../profile/kubernetes-version';
import { EksPostconditions } from './eks-postconditions';

export interface ObservedEksClusterProps {
  /** Name of the cluster, which another configuration owns. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  /**
   * The version that the cluster has to run.
   * @default - any
   */
  readonly version?: KubernetesVersion;
}

/**
 * An EKS cluster that another configuration owns: Terraform reads it at each plan, and stops where it is not as it has to be.
 *
 * Serves 45 CFR 164.312(b) and 312(e)(1): all five log types are on, the public endpoint is off. It demands as well that access entries alone let people in, and
 * that the cluster is protected from deletion. It changes nothing, and what happens between two plans is not seen.
 *
 * What cannot be read is not claimed, and is to be attested: the encryption of Secrets (control EN1, the data source does not show it), and whether the principal
 * that created the cluster still has an administrator's access entry (control AC10: list the access entries, and delete that one).
 *
 * @example
 *   const observed = new ObservedEksCluster(stack, 'Cluster', { name: 'healthcare-cluster', region: 'us-east-1', account: '123456789012' });
 */
export class ObservedEksCluster extends Construct {
  public readonly name: string;
  public readonly arn: string;
  public readonly dataSource: DataAwsEksCluster;
  /** The VPC, as a reference. */
  public readonly vpcId: string;

  public constructor(scope: Construct, id: string, props: ObservedEksClusterProps) {
    super(scope, id);
    const path = this.node.path;
    const { name, region, account, version } = props;
    checkFields(path, props, ['name', 'region', 'account', 'version'], 'an observed cluster takes no other field');
    checkClusterName(path, 'name', name);
    // A data source that waits for a resource is read at apply: its conditions would come too late for the plan.
    checkKnownAtSynth(path, 'name', name);
    checkRegion(path, 'region', region);
    checkKnownAtSynth(path, 'region', region);
    checkAccount(path, 'account', account);
    checkKnownAtSynth(path, 'account', account);
    if (version !== undefined && !(version instanceof KubernetesVersion)) {
      throw Errors.refused(path, 'version is no KubernetesVersion', version, 'Amazon EKS, Kubernetes versions', 'use KubernetesVersion.V1_33, or KubernetesVersion.of()');
    }

    this.name = name;
    this.arn = `arn:${partitionOf(region)}:eks:${region}:${account}:cluster/${name}`;
    const conditions: Postcondition[] = [
      { condition: `\${self.arn == "${this.arn}"}`, errorMessage: `This is not the cluster ${name} of account ${account}.` },
      { condition: EksPostconditions.LOG_TYPES, errorMessage: 'Log types of the cluster are off (control AU1, 45 CFR 164.312(b)): all five have to be on.' },
      { condition: EksPostconditions.PUBLIC_ENDPOINT_OFF, errorMessage: 'The public endpoint of the cluster is on (control AC9, 45 CFR 164.312(e)(1)).' },
      { condition: EksPostconditions.PRIVATE_ENDPOINT_ON, errorMessage: 'The private endpoint of the cluster is off (control AC9, 45 CFR 164.312(e)(1)).' },
      { condition: '${self.access_config[0].authentication_mode == "API"}', errorMessage: 'The cluster lets principals in by the ConfigMap aws-auth (control AC10, 45 CFR 164.312(a)(1)): its authentication mode has to be API.' },
      { condition: '${self.deletion_protection}', errorMessage: 'The cluster is not protected from deletion (Amazon EKS, deletion protection).' },
    ];
    if (version !== undefined) conditions.push({ condition: `\${self.version == "${version.version}"}`, errorMessage: `The cluster does not run Kubernetes ${version.version}.` });

    this.dataSource = new DataAwsEksCluster(this, 'Resource', { name, region, lifecycle: { postcondition: conditions } });
    this.vpcId = this.dataSource.vpcConfig.get(0).vpcId;

    Safeguard.implement(this.dataSource, Control.AU1_AUDIT_POLICY, 'stops the plan where one of the five log types is off');
    Safeguard.implement(this.dataSource, Control.AC9_PRIVATE_API, 'stops the plan where the public endpoint is on, or the private one off');
    Safeguard.leaveOpen(this.dataSource, Control.AC10_API_AUTH_MODE, 'access entries alone let principals in, but EKS does not tell whether who created the cluster is an administrator of it');
    Safeguard.leaveOpen(this.dataSource, Control.EN1_API_DATA, 'the data source does not show the encryption of API data');
  }
}
