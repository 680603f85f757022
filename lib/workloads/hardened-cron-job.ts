import { Cron, Duration } from 'cdk8s';
import { ConcurrencyPolicy, CronJob, type Container, type ContainerProps, type PodSelectorConfig } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { checkDuration, checkInteger, checkTimeZone } from '../profile/checks';
import { CronSchedule } from '../profile/cron-schedule';
import { Errors } from '../profile/errors';
import type { IHardenedWorkload } from './hardened-workload';
import type { HardenedWorkloadPeer } from './hardened-workload-peer';
import type { HardenedWorkloadProps } from './hardened-workload-props';
import type { SecretsStoreClass } from './secrets/secrets-store-class';
import { WORKLOAD_FIELDS, selectorOf, WorkloadHardening } from './workload-hardening';

export interface HardenedCronJobProps extends HardenedWorkloadProps {
  /** When it runs, in numbers: what never runs is refused. */
  readonly schedule: Cron;
  /** Zone that the schedule is read in, as the IANA names it. @default Etc/UTC */
  readonly timeZone?: string;
  /** How late a run may start; after it, the run is missed. At least 10 seconds. @default - 5 minutes */
  readonly startingDeadline?: Duration;
  /** How long a run may take; after it, its pods are ended. @default - 1 hour */
  readonly activeDeadline?: Duration;
  /** How often a run is tried again. @default 2 */
  readonly backoffLimit?: number;
  /** How many runs that succeeded are kept, with their logs on the nodes. @default 3 */
  readonly successfulJobsRetained?: number;
  /** How many runs that failed are kept. @default 3 */
  readonly failedJobsRetained?: number;
}

const FIELDS = [...WORKLOAD_FIELDS, 'schedule', 'timeZone', 'startingDeadline', 'activeDeadline', 'backoffLimit', 'successfulJobsRetained', 'failedJobsRetained'];

const POD_SPEC = '/spec/jobTemplate/spec/template/spec';

/**
 * A CronJob for a PHI namespace, on cdk8s-plus' own and hardened as a HardenedDeployment is. One run at a time: a run that is not done is not joined by another, and none
 * goes on for ever.
 *
 * Serves 45 CFR 164.312(a)(1).
 *
 * @example
 *   new HardenedCronJob(chart, 'NightlyExport', {
 *     namespace: 'healthcare-prod',
 *     image: Image.of(`123456789012.dkr.ecr.us-east-1.amazonaws.com/export@sha256:${'3c'.repeat(32)}`),
 *     schedule: Cron.schedule({ minute: '30', hour: '2' }),
 *     env: { LOG_LEVEL: 'info' },
 *   });
 */
export class HardenedCronJob extends CronJob implements IHardenedWorkload {
  /** The workload as the start of a flow. */
  public readonly workloadPeer: HardenedWorkloadPeer;
  /** Unknown while the constructor of cdk8s-plus runs, which adds the main container. */
  private readonly hardening: WorkloadHardening | undefined;

  public constructor(scope: Construct, id: string, props: HardenedCronJobProps) {
    const hardening = new WorkloadHardening(scope, id, 'CronJob', props, FIELDS);
    const { schedule, timeZone = 'Etc/UTC', startingDeadline = Duration.minutes(5), activeDeadline = Duration.hours(1), backoffLimit = 2, successfulJobsRetained = 3, failedJobsRetained = 3 } = props;
    const { path } = hardening;
    if (!(schedule instanceof Cron)) throw Errors.refused(path, 'schedule is no Cron', schedule, 'Kubernetes, CronJob: a run has a time', "use Cron.schedule({ minute: '30', hour: '2' })");
    new CronSchedule(path, 'schedule', schedule.expressionString);
    checkTimeZone(path, 'timeZone', timeZone);
    checkDuration(path, 'startingDeadline', startingDeadline, 10, 86_400, 'Kubernetes, CronJob: the controller looks every 10 seconds, here up to a day in seconds');
    checkDuration(path, 'activeDeadline', activeDeadline, 1, 604_800, 'control PS5, 45 CFR 164.306(a)(1): a run ends, here within a week in seconds');
    checkInteger(path, 'backoffLimit', backoffLimit, 0, 100, 'Kubernetes, Job: a run is tried again so often');
    for (const [prop, count] of [['successfulJobsRetained', successfulJobsRetained], ['failedJobsRetained', failedJobsRetained]] as const) checkInteger(path, prop, count, 0, 100, 'Kubernetes, CronJob: history limits');
    super(scope, id, {
      ...hardening.workloadProps(),
      schedule, timeZone, startingDeadline, activeDeadline, backoffLimit, successfulJobsRetained, failedJobsRetained,
      concurrencyPolicy: ConcurrencyPolicy.FORBID,
    });
    this.hardening = hardening;
    this.workloadPeer = hardening.peer;
    hardening.complete(this, POD_SPEC);
  }

  /** Adds a container, hardened as the main one is. */
  public override addContainer(cont: ContainerProps): Container {
    const container = super.addContainer(this.hardening?.container(cont) ?? cont);
    this.hardening?.boundDisk(this, this.containers, `${POD_SPEC}/containers`, cont.resources?.ephemeralStorage);
    return container;
  }

  /** Adds an init container, hardened as the main one is. */
  public override addInitContainer(cont: ContainerProps): Container {
    const container = super.addInitContainer(this.hardening?.container(cont) ?? cont);
    this.hardening?.boundDisk(this, this.initContainers, `${POD_SPEC}/initContainers`, cont.resources?.ephemeralStorage);
    return container;
  }

  /**
   * Mounts secrets of a store into another container or an init container, read-only: a migration, or a sidecar, that needs what the main one has from `secrets`.
   *
   * @param container what addContainer or addInitContainer returned.
   * @param mountPath absolute path of the folder, such as /var/run/secrets/portal.
   */
  public mountSecrets(container: Container, secrets: SecretsStoreClass, mountPath: string): void {
    this.hardening!.mountSecrets(this, container, secrets, mountPath);
  }

  /** Labels by which Services and network policies find the pods. */
  public override toPodSelectorConfig(): PodSelectorConfig {
    return selectorOf(this);
  }
}
