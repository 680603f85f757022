/** A value as an expression of CEL. Values of maps are `dyn`, as Kubernetes refuses map literals with values of several types. */
export function celLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(celLiteral).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined).map(([key, inner]) => `${JSON.stringify(key)}: dyn(${celLiteral(inner)})`);
    return `{${entries.join(', ')}}`;
  }
  return JSON.stringify(value);
}
