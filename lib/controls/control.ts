/**
 * The controls of this library's catalogue. The ids are ours; CATALOGUE says which paragraph of 45 CFR part 164 each one
 * serves, and which rows of the CIS benchmarks and NIST SP 800-53 agree with it.
 */
export enum Control {
  /** API audit policy: 45 CFR 164.312(b). */
  AU1_AUDIT_POLICY = 'AU1',
  /** No request bodies of secret-bearing resources: 45 CFR 164.312(a)(1). */
  AU2_NO_BODIES = 'AU2',
  /** Audit log flags and rotation: 45 CFR 164.312(b). */
  AU3_LOG_FLAGS = 'AU3',
  /** Audit log leaves the cluster: 45 CFR 164.312(b). */
  AU4_OFF_CLUSTER = 'AU4',
  /** Audit log write-once for six years: 45 CFR 164.316(b)(2)(i). */
  AU5_WORM_6Y = 'AU5',
  /** Audit log group encrypted and retained: 45 CFR 164.312(b). */
  AU6_LOG_GROUP = 'AU6',
  /** Activity review: 45 CFR 164.308(a)(1)(ii)(D). */
  AU7_REVIEW = 'AU7',
  /** Log-in monitoring: 45 CFR 164.308(a)(5)(ii)(C). */
  AU8_LOGIN_MONITOR = 'AU8',
  /** Runtime detection: 45 CFR 164.312(b). */
  AU9_RUNTIME = 'AU9',
  /** Node audit: 45 CFR 164.312(b). */
  AU10_NODE_AUDIT = 'AU10',
  /** Cloud trail: 45 CFR 164.312(b). */
  AU11_CLOUD_TRAIL = 'AU11',
  /** Clock synchronisation: 45 CFR 164.312(b). */
  AU12_CLOCK = 'AU12',
  /** Unique user identification: 45 CFR 164.312(a)(2)(i). */
  AC1_UNIQUE_ID = 'AC1',
  /** Multi-factor authentication: 45 CFR 164.312(d). */
  AC2_MFA = 'AC2',
  /** Least privilege: 45 CFR 164.308(a)(4)(ii)(B). */
  AC3_LEAST_PRIVILEGE = 'AC3',
  /** No privilege escalation: 45 CFR 164.312(a)(1). */
  AC4_ESCALATION = 'AC4',
  /** Exec, attach and port-forward restricted: 45 CFR 164.312(a)(1). */
  AC5_EXEC = 'AC5',
  /** Emergency access: 45 CFR 164.312(a)(2)(ii). */
  AC6_BREAK_GLASS = 'AC6',
  /** Automatic logoff: 45 CFR 164.312(a)(2)(iii). */
  AC7_LOGOFF = 'AC7',
  /** Session recording: 45 CFR 164.312(b). */
  AC8_RECORDING = 'AC8',
  /** Private API endpoint: 45 CFR 164.312(e)(1). */
  AC9_PRIVATE_API = 'AC9',
  /** API authentication mode: 45 CFR 164.312(a)(1). */
  AC10_API_AUTH_MODE = 'AC10',
  /** Workload identity: 45 CFR 164.312(a)(1). */
  AC11_WORKLOAD_ID = 'AC11',
  /** Service account tokens: 45 CFR 164.312(a)(1). */
  AC12_SA_TOKENS = 'AC12',
  /** PHI namespaces: 45 CFR 164.308(a)(4)(i). */
  AC13_NAMESPACES = 'AC13',
  /** Anonymous access: 45 CFR 164.312(d). */
  AC14_ANONYMOUS = 'AC14',
  /** Encryption of API data: 45 CFR 164.312(a)(2)(iv). */
  EN1_API_DATA = 'EN1',
  /** Key policy and rotation: 45 CFR 164.312(a)(2)(iv). */
  EN2_KEY_POLICY = 'EN2',
  /** Encryption of volumes: 45 CFR 164.312(a)(2)(iv). */
  EN3_VOLUMES = 'EN3',
  /** Bucket encryption with a customer key: 45 CFR 164.312(a)(2)(iv). */
  EN4_BUCKET_KMS = 'EN4',
  /** Protection from key loss: 45 CFR 164.308(a)(7)(i). */
  EN5_KEY_LOSS = 'EN5',
  /** TLS for ingress: 45 CFR 164.312(e)(2)(ii). */
  TX1_INGRESS = 'TX1',
  /** Mutual TLS between workloads: 45 CFR 164.312(e)(2)(ii). */
  TX2_MTLS = 'TX2',
  /** TLS of the control plane: 45 CFR 164.312(e)(2)(i). */
  TX3_CONTROL_TLS = 'TX3',
  /** TLS to the archive bucket: 45 CFR 164.312(e)(1). */
  TX4_TLS_BUCKET = 'TX4',
  /** Default deny: 45 CFR 164.312(a)(1). */
  NW1_DENY_ALL = 'NW1',
  /** Network policy enforcer: 45 CFR 164.312(a)(1). */
  NW2_ENFORCER = 'NW2',
  /** Egress and DNS: 45 CFR 164.312(a)(1). */
  NW3_EGRESS_DNS = 'NW3',
  /** Instance metadata service: 45 CFR 164.312(a)(1). */
  NW4_IMDS = 'NW4',
  /** Pod Security restricted: 45 CFR 164.312(a)(1). */
  PS1_PSA = 'PS1',
  /** Admission fails closed: 45 CFR 164.312(c)(1). */
  PS2_FAIL_CLOSED = 'PS2',
  /** Software supply chain: 45 CFR 164.308(a)(5)(ii)(B). */
  PS3_SUPPLY_CHAIN = 'PS3',
  /** Secrets by reference: 45 CFR 164.312(a)(1). */
  PS4_SECRETS = 'PS4',
  /** Quotas: 45 CFR 164.306(a)(1). */
  PS5_QUOTAS = 'PS5',
  /** Node hardening: 45 CFR 164.306(a). */
  PS6_NODES = 'PS6',
  /** Backup: 45 CFR 164.308(a)(7)(ii)(A). */
  CP1_BACKUP = 'CP1',
  /** Disaster recovery objectives: 45 CFR 164.308(a)(7)(ii)(B). */
  CP2_DR = 'CP2',
  /** Restore test: 45 CFR 164.308(a)(7)(ii)(D). */
  CP3_TEST = 'CP3',
  /** Replica in another region: 45 CFR 164.310(d)(2)(iv). */
  CP4_REPLICA = 'CP4',
  /** Incident response: 45 CFR 164.308(a)(6)(ii). */
  IR1_INCIDENT = 'IR1',
  /** Evidence: 45 CFR 164.316(b)(1). */
  EV1_EVIDENCE = 'EV1',
  /** Risk analysis, business associates, disposal: 45 CFR 164.308(a)(1)(ii)(A). */
  EV2_ATTEST = 'EV2',
}
