/** Name of the ValidatingWebhookConfiguration by which Gatekeeper fails closed. The Helm chart's own has another: Helm would write its webhooks over these. */
export const FAIL_CLOSED_WEBHOOK = 'hipaa-gatekeeper-fail-closed';
