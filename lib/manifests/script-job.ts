import { Quantity, type CronJobSpec, type EnvVar } from 'cdk8s-plus-28/lib/imports/k8s';

export interface ScriptJobProps {
  readonly name: string;
  readonly labels: Record<string, string>;
  /** Image with kubectl and a POSIX shell, by digest. */
  readonly image: string;
  /** Five fields of cron, in UTC. */
  readonly schedule: string;
  readonly serviceAccount: string;
  /** ConfigMap that holds the script. */
  readonly configMap: string;
  /** Key of the script in it. */
  readonly script: string;
  /** SHA-256 of the script. */
  readonly scriptHash: string;
  readonly env: readonly EnvVar[];
  /** A run that takes longer is ended. */
  readonly deadlineSeconds: number;
  /** Seconds between the signal that ends a run and its end, in which the script puts in order what it began. @default 30 */
  readonly graceSeconds?: number;
}

const FOLDER = '/opt/hipaa';
/** nobody of Debian and Alpine is 65534; any number without a home does. */
const USER = 65532;

/** A CronJob that runs one script with kubectl, as the restricted Pod Security Standard demands it, with a token of its own ServiceAccount. */
export function scriptJob(props: ScriptJobProps): CronJobSpec {
  const quantities = (cpu: string, memory: string): Record<string, Quantity> => ({ cpu: Quantity.fromString(cpu), memory: Quantity.fromString(memory) });
  return {
    schedule: props.schedule,
    timeZone: 'Etc/UTC',
    // Two at a time would undo each other's work.
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 300,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    jobTemplate: { spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: props.deadlineSeconds,
      template: {
        metadata: { labels: props.labels, annotations: { 'checksum/script': props.scriptHash } },
        spec: {
          serviceAccountName: props.serviceAccount,
          automountServiceAccountToken: true,
          restartPolicy: 'Never',
          ...(props.graceSeconds === undefined ? {} : { terminationGracePeriodSeconds: props.graceSeconds }),
          enableServiceLinks: false,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          securityContext: { runAsNonRoot: true, runAsUser: USER, runAsGroup: USER, fsGroup: USER, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [{
            name: props.name,
            image: props.image,
            command: ['/bin/sh', `${FOLDER}/${props.script}`],
            // kubectl keeps what it discovered below its home.
            env: [{ name: 'HOME', value: '/tmp' }, ...props.env],
            resources: { requests: quantities('50m', '64Mi'), limits: quantities('500m', '256Mi') },
            securityContext: { allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
            volumeMounts: [{ name: 'script', mountPath: FOLDER, readOnly: true }, { name: 'tmp', mountPath: '/tmp' }],
          }],
          volumes: [
            { name: 'script', configMap: { name: props.configMap, defaultMode: 0o444 } },
            { name: 'tmp', emptyDir: { sizeLimit: Quantity.fromString('64Mi') } },
          ],
        },
      },
    } },
  };
}
