import { Quantity } from 'cdk8s-plus-28/lib/imports/k8s';
import { Errors } from '../profile/errors';

/** Cores, down to a thousandth: 0.5 is 500m. @internal */
export function cores(path: string, prop: string, value: number): Quantity {
  return Quantity.fromString(Number.isInteger(value) ? String(amount(path, prop, value)) : `${amount(path, prop, value, 1000)}m`);
}

/** GiB, down to a MiB. @internal */
export function gibibytes(path: string, prop: string, value: number): Quantity {
  return Quantity.fromString(Number.isInteger(value) ? `${amount(path, prop, value)}Gi` : `${amount(path, prop, value, 1024)}Mi`);
}

/** Refuses a value above another that bounds it. @internal */
export function notAbove(path: string, prop: string, value: number, bound: string, most: number): void {
  if (value > most) throw Errors.refused(path, `${prop} is above ${bound}`, `${value} > ${most}`, 'Kubernetes, resource management: a request is no more than its limit', `lower ${prop}, or raise ${bound}`);
}

function amount(path: string, prop: string, value: number, parts = 1): number {
  const scaled = value * parts;
  if (typeof value !== 'number' || !(scaled > 0) || !Number.isInteger(scaled) || value > 1_000_000) {
    throw Errors.refused(path, `${prop} is no amount`, value, 'control PS5, 45 CFR 164.306(a)(1): a bound is a number above 0', 'use a number above 0, with at most a thousandth of a core or a MiB as its finest part');
  }
  return scaled;
}
