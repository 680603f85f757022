/** Powers of ten of the decimal suffixes; powers of two of the binary ones (Kubernetes, resource.Quantity). */
const DECIMAL: Readonly<Record<string, number>> = { '': 0, 'n': -9, 'u': -6, 'm': -3, 'k': 3, 'M': 6, 'G': 9, 'T': 12, 'P': 15, 'E': 18 };
const BINARY: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const FORM = /^\+?(?:([0-9]+)\.?([0-9]*)|\.([0-9]+))(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?[0-9]{1,2}))?$/;
/** The finest part that Kubernetes keeps is a billionth. */
const PLACES = 9;
const ONE = 10n ** BigInt(PLACES);
const MEBI = 1n << 20n;
const GIBI = 1n << 30n;

/** An amount as the API server reads it, in billionths and exact; what is finer is rounded up. Undefined where it is none, or below zero. */
export function quantityOf(value: unknown): bigint | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  const match = typeof text === 'string' && text.length <= 100 ? FORM.exec(text) : null;
  if (!match) return undefined;
  const [, whole = '', part = '', only = '', suffix = '', exponent] = match;
  const fraction = part + only;
  const places = PLACES - fraction.length + (exponent === undefined ? DECIMAL[suffix] ?? 0 : Number(exponent));
  const digits = BigInt(whole + fraction) << (BINARY[suffix] ?? 0n);
  return places >= 0 ? digits * 10n ** BigInt(places) : ceiling(digits, 10n ** BigInt(-places));
}

/** A whole number as an amount. */
export function amountOf(count: number): bigint {
  return BigInt(count) * ONE;
}

/** An amount as people write it. */
export function showQuantity(amount: bigint): string {
  if (amount % ONE !== 0n) return `${ceiling(amount, ONE / 1000n)}m`;
  const whole = amount / ONE;
  if (whole >= GIBI && whole % GIBI === 0n) return `${whole / GIBI}Gi`;
  return whole >= MEBI && whole % MEBI === 0n ? `${whole / MEBI}Mi` : String(whole);
}

function ceiling(amount: bigint, by: bigint): bigint {
  return (amount + by - 1n) / by;
}
