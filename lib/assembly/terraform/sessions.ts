import type { Construct } from 'constructs';
import { SessionRecording } from '../../access/session-recording';
import type { EncryptionKey } from '../../encryption/encryption-key';
import type { EksNodeGroup } from '../../nodes/eks-node-group';
import type { EksPlatform } from '../../profile/platform';
import type { HipaaProfile } from '../../profile/profile';
import type { Keys } from './keys';

/** Sessions on nodes, and the key that they are encrypted with. */
export interface Sessions {
  readonly key: EncryptionKey;
  readonly recording: SessionRecording;
}

/** Recorded sessions as the only way onto a node. */
export function addSessions(scope: Construct, profile: HipaaProfile, { region }: EksPlatform, keys: Keys, nodeGroups: readonly EksNodeGroup[]): Sessions {
  const { account, names } = profile;
  const key = keys.make('SessionsKey', names.of('sessions'), region);
  const recording = new SessionRecording(scope, 'Sessions', {
    documentName: profile.sessions.documentName,
    logGroupName: names.sessionLogGroup,
    region,
    account,
    logGroupKmsKeyArn: keys.forLogGroup(names.sessionLogGroup, region),
    retention: profile.retention.forLogGroup(),
    sessionKmsKeyArn: key.arn,
  });
  if (profile.sessions.importDocument) recording.document.importFrom(`${recording.document.nameInput}@${region}`);
  for (const { role } of nodeGroups) {
    key.addUser(role.arn);
    recording.addNodeRole(role.name);
  }
  return { key, recording };
}
