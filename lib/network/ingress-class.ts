/** The ingress controller that serves an Ingress, as `spec.ingressClassName` names it. */
export enum IngressClass {
  /** ingress-nginx, in the cluster. Its maintainers ended security fixes in March 2026. */
  NGINX = 'nginx',
  /** AWS Load Balancer Controller: an Application Load Balancer outside the cluster. */
  ALB = 'alb',
}
