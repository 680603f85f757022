/** Registries that everybody can push to: their host alone approves nothing. */
const SHARED = ['ghcr.io', 'quay.io', 'gcr.io', 'index.docker.io', 'public.ecr.aws', 'registry.gitlab.com'];

/** Whether a registry, as host and path, takes images from everybody. @internal */
export function isShared(registry: string): boolean {
  return SHARED.includes(registry);
}
