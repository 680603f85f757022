import { isTerraformToken } from '../../profile/checks';
import { Errors } from '../../profile/errors';

const RULE = 'Fluent Bit, classic configuration: a value is one line; ${NAME} in it is replaced from the environment';

/** A value that goes into a configuration file as text: a reference of Terraform would be read there as a variable of the environment. */
export function checkConfigText(path: string, prop: string, value: string): void {
  if (typeof value !== 'string' || value === '' || isTerraformToken(value) || /[\s${}[\]#@]/.test(value)) {
    throw Errors.refused(path, `${prop} is no plain text`, value, RULE, `write the ${prop} itself, without white space or any of $ { } [ ] # @`);
  }
}

/** A prefix of S3 keys that Fluent Bit writes as it is: % would be a part of a date there, $ a part of a tag. */
export function checkConfigPath(path: string, prop: string, value: string): void {
  checkConfigText(path, prop, value);
  if (!/^[\w.-]+(\/[\w.-]+)*$/.test(value) || value.length > 256 || value.split('/').some((part) => /^\.+$/.test(part))) {
    throw Errors.refused(path, `${prop} is no key prefix`, value, 'Fluent Bit, S3 output: s3_key_format; Amazon S3, object key naming',
      "use at most 256 of letters, digits, _, - and ., with / between the parts, such as 'audit-logs/healthcare-cluster'");
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1_000, M: 1_000_000, G: 1_000_000_000 };

/** Bytes of a size as Fluent Bit writes it: its units are decimal. */
export function bytesOf(size: string): number | undefined {
  const match = typeof size === 'string' ? /^([1-9][0-9]{0,11})([KMG]?)$/.exec(size) : null;
  return match ? Number(match[1]) * UNITS[match[2]] : undefined;
}

export function checkSize(path: string, prop: string, value: string, least: number, most: number, rule: string, remedy: string): void {
  const bytes = bytesOf(value);
  if (bytes === undefined || bytes < least || bytes > most) throw Errors.refused(path, `${prop} is out of bounds`, value, rule, remedy);
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** A span of time as Fluent Bit writes it. */
export function checkSpan(path: string, prop: string, value: string, leastSeconds: number, mostSeconds: number): void {
  const match = typeof value === 'string' ? /^([1-9][0-9]{0,5})([smh])$/.exec(value) : null;
  const seconds = match ? Number(match[1]) * SECONDS[match[2]] : undefined;
  if (seconds === undefined || seconds < leastSeconds || seconds > mostSeconds) {
    throw Errors.refused(path, `${prop} is no usable span of time`, value, `Fluent Bit, time: a number and s, m or h, here from ${leastSeconds} s to ${mostSeconds / 3_600} h`, "use a span such as '10m'");
  }
}
