/** The least version of TLS that a gateway of the mesh speaks. */
export enum GatewayTlsVersion {
  TLS_1_2 = 'TLSV1_2',
  TLS_1_3 = 'TLSV1_3',
}
