import { AdmissionEngineKind } from './admission-engine';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkList, checkPort, checkTexts } from './checks';
import { Errors } from './errors';

/** A ServiceAccount by its name. */
export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** What the cluster's admission is told beside what the profile says elsewhere. */
export interface AdmissionSettings {
  /**
   * What judges requests. The API server needs Kubernetes 1.30, and knows neither the rules that look at other objects nor all that Gatekeeper finds in secrets in clear.
   * @default AdmissionEngineKind.GATEKEEPER
   */
  readonly engine?: AdmissionEngineKind;
  /**
   * ServiceAccounts of PHI namespaces whose pods talk to the API server: operators, and jobs that run kubectl.
   * @default - none
   */
  readonly apiClients?: readonly ServiceAccountName[];
  /**
   * Ports of pods at which every workload of the PHI namespaces speaks TLS itself, which a load balancer or a node may pass through. You answer for it.
   * @default - none: a Service that opens a port outside of the cluster needs a load balancer that ends TLS
   */
  readonly tlsPorts?: readonly number[];
  /**
   * StorageClasses that encrypt with a key of your own.
   * @default - on EKS, the one of this library; elsewhere, where they aren't named, classes are not judged
   */
  readonly storageClasses?: readonly string[];
  /**
   * Users and ServiceAccounts (`system:serviceaccount:velero:velero`), as the cluster knows them, that may run programs in PHI pods beside who broke the glass.
   * @default - none
   */
  readonly interactiveUsers?: readonly string[];
}

const FIELDS = ['engine', 'apiClients', 'tlsPorts', 'storageClasses', 'interactiveUsers'];
const RULE = 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): what is let through is named';

/** @internal */
export function checkAdmission(path: string, settings: AdmissionSettings): void {
  checkFields(path, settings, FIELDS, 'admission takes no other field');
  const { engine, apiClients = [], tlsPorts = [], storageClasses, interactiveUsers } = settings;
  if (engine !== undefined && !Object.values(AdmissionEngineKind).includes(engine)) {
    throw Errors.refused(path, 'there is no such engine', engine, 'control PS2, 45 CFR 164.312(c)(1): something judges requests', 'use AdmissionEngineKind.GATEKEEPER or API_SERVER');
  }
  checkList(path, 'apiClients', apiClients, RULE, "use [{ namespace: 'healthcare-prod', name: 'record-operator' }]");
  for (const client of apiClients) {
    checkFields(`${path}.apiClients`, client, ['namespace', 'name'], RULE);
    checkDnsLabel(`${path}.apiClients`, 'namespace', client.namespace);
    checkDnsSubdomain(`${path}.apiClients`, 'name', client.name);
  }
  checkList(path, 'tlsPorts', tlsPorts, RULE, 'use [8443]');
  for (const port of tlsPorts) checkPort(path, 'tlsPorts', port);
  if (storageClasses !== undefined) checkTexts(path, 'storageClasses', storageClasses, RULE, "use ['encrypted']");
  if (interactiveUsers !== undefined) checkTexts(path, 'interactiveUsers', interactiveUsers, RULE, "use ['system:serviceaccount:velero:velero']");
}
