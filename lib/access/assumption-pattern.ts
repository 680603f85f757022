/**
 * What CloudWatch Logs looks for in a trail: every attempt to assume a role, by whatever way of AWS STS, let in or not.
 *
 * An event of a refusal may lack its parameters and names the role in its message; `resources` has the role's own spelling of its name.
 *
 * @internal
 */
export function assumptionPattern(roleArn: string): string {
  return `{ ($.eventName = "AssumeRole*") && (($.requestParameters.roleArn = "${roleArn}") || ($.resources[0].ARN = "${roleArn}") || ($.errorMessage = "*${roleArn}*")) }`;
}
