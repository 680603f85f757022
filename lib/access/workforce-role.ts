import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { Construct } from 'constructs';
import { checkFields } from '../profile/checks';
import { checkClusterArn, checkPeopleRole, describeCluster, PEOPLE_ROLE_FIELDS, peopleRole, type PeopleRoleProps } from './people-role';

export interface WorkforceRoleProps extends PeopleRoleProps {
  /**
   * ARN of the cluster that people of the role use kubectl on: they may read where its endpoint is.
   * @default - none
   */
  readonly clusterArn?: string;
}

/**
 * The IAM role of people with one duty, for an hour at a time.
 *
 * Serves 45 CFR 164.312(a)(2)(iii): the maximum session is 3600 s, the shortest that AWS takes, and nobody can ask for a longer one. Serves 312(a)(2)(i)
 * where the session bears the person's name, and 312(d) where AWS tests a second factor; `SignIn` says which way does what. Where it is not tested, control AC2
 * is attested by whoever sets the provider's policy, or not met. A session that comes from another session, as from IAM Identity Center, lasts an hour
 * by AWS' own limit (AWS IAM, role chaining).
 *
 * @example
 *   const auditor = new WorkforceRole(stack, 'Auditor', {
 *     roleName: 'healthcare-cluster-auditor',
 *     description: 'Auditors of healthcare-cluster',
 *     signIn: SignIn.iamUsers({ userArns: ['arn:aws:iam::123456789012:user/alice'] }),
 *     account: '123456789012',
 *     region: 'us-east-1',
 *     clusterArn: 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster',
 *   });
 */
export class WorkforceRole extends Construct {
  public readonly role: IamRole;
  /** ARN of the role, as a reference. */
  public readonly roleArn: string;

  public constructor(scope: Construct, id: string, props: WorkforceRoleProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, [...PEOPLE_ROLE_FIELDS, 'clusterArn'], 'a role for people takes no other field; their session is an hour');
    checkPeopleRole(path, props);
    if (props.clusterArn !== undefined) checkClusterArn(path, props.clusterArn, props.region);

    this.role = peopleRole(this, props, [...(props.clusterArn === undefined ? [] : [describeCluster(props.clusterArn)]), ...(props.statements ?? [])]);
    this.roleArn = this.role.arn;
  }
}
