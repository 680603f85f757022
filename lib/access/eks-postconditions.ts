/**
 * What Terraform asks of a cluster that it reads. Construct and check share the text: one that was changed by a letter is judged by nobody.
 *
 * @internal
 */
export class EksPostconditions {
  public static readonly LOG_TYPES = '${length(setsubtract(["api", "audit", "authenticator", "controllerManager", "scheduler"], self.enabled_cluster_log_types)) == 0}';
  public static readonly PUBLIC_ENDPOINT_OFF = '${self.vpc_config[0].endpoint_public_access == false}';
  public static readonly PRIVATE_ENDPOINT_ON = '${self.vpc_config[0].endpoint_private_access == true}';

  private constructor() {}
}
