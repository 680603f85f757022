import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { BREAK_GLASS_LABEL } from '../manifests/break-glass-labels';
import { clusterScoped } from '../manifests/cluster-scoped';

export interface ReaperBoundsProps {
  /** Name of the policy and of its binding. */
  readonly name: string;
  /** The reaper's ServiceAccount. */
  readonly serviceAccount: string;
  /** Its namespace. */
  readonly namespace: string;
}

const API_VERSION = 'admissionregistration.k8s.io/v1';

/**
 * Lets the reaper delete bindings that end, and no other: RBAC knows resources and names, not labels. The API server itself judges it, and refuses where it cannot
 * (Kubernetes, Validating Admission Policy; v1 from Kubernetes 1.30).
 */
export class ReaperBounds extends Construct {
  public constructor(scope: Construct, id: string, { name, serviceAccount, namespace }: ReaperBoundsProps) {
    super(scope, id);
    const policy = new ApiObject(this, 'Resource', {
      apiVersion: API_VERSION,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [{ apiGroups: ['rbac.authorization.k8s.io'], apiVersions: ['*'], operations: ['DELETE'], resources: ['rolebindings', 'clusterrolebindings'] }],
        },
        matchConditions: [{ name: 'reaper', expression: `request.userInfo.username == 'system:serviceaccount:${namespace}:${serviceAccount}'` }],
        validations: [{
          expression: `has(oldObject.metadata.labels) && '${BREAK_GLASS_LABEL}' in oldObject.metadata.labels`,
          message: `the reaper deletes bindings with the label ${BREAK_GLASS_LABEL} alone (AC6, 45 CFR 164.312(a)(2)(ii))`,
          reason: 'Forbidden',
        }],
      },
    });
    const binding = new ApiObject(this, 'Binding', {
      apiVersion: API_VERSION, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: name, validationActions: ['Deny'] },
    });
    clusterScoped(policy, binding);
  }
}
