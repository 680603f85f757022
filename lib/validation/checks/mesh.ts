import { Control } from '../../controls/control';
import type { Check } from '../check';
import { unclaimedPlaintext } from '../ingress-tls';
import { waysAround } from '../ingress-ways-around';
import { plaintextAtGateway } from '../mesh/gateway-tls';
import { ingressPastMesh } from '../mesh/ingress-past-mesh';
import { outsideOfMesh } from '../mesh/membership';
import { laxBeside, notStrict } from '../mesh/peer-authentication';
import { plaintextDestinations } from '../mesh/plaintext-destinations';
import { unencryptedProtocols } from '../mesh/unencrypted-protocols';

/** What is checked on the objects of a mesh, each with what stands beside it. */
export const MESH_CHECKS: readonly Check[] = [
  {
    control: Control.TX2_MTLS,
    kind: 'PeerAuthentication',
    check: (object, context) => notStrict(object) ?? laxBeside(object, context)
      ?? outsideOfMesh(object.reference.namespace, context) ?? unencryptedProtocols(object.reference.namespace, context)
      ?? plaintextDestinations(object, context) ?? ingressPastMesh(object, context),
  },
  {
    control: Control.TX1_INGRESS,
    kind: 'Gateway',
    check: (object, context) => plaintextAtGateway(object.content) ?? unclaimedPlaintext(object, context) ?? waysAround(object, context),
  },
];
