import type { NetworkProtocol } from '../network/network-protocol';

/** What a flow may say beside its ends. */
export interface FlowOptions {
  /** Port on which the pods listen that are reached. @default - the port that they name */
  readonly port?: number;
  /** @default NetworkProtocol.TCP */
  readonly protocol?: NetworkProtocol;
}

/** @internal */
export const FLOW_FIELDS: readonly string[] = ['port', 'protocol'];
