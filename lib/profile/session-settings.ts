import { checkFields, checkText } from './checks';
import { Errors } from './errors';

/** How sessions on nodes are recorded. */
export interface SessionSettings {
  /**
   * Name of the Session Manager document that records them. The preferences of an account and region have the name that is the default: sessions that name no
   * document are recorded, too. A second cluster of that account and region needs another, which people then name when they open a session.
   * @default SSM-SessionManagerRunShell
   */
  readonly documentName?: string;
  /**
   * Whether the document exists, as it does where somebody saved preferences in the console: it is imported, and overwritten.
   * @default false
   */
  readonly importDocument?: boolean;
}

/** Name of the document that holds an account's preferences (AWS Systems Manager, session preferences). */
export const SESSION_PREFERENCES = 'SSM-SessionManagerRunShell';

/** @internal */
export function checkSessions(path: string, settings: SessionSettings): void {
  checkFields(path, settings, ['documentName', 'importDocument'], 'sessions take no other field');
  if (settings.documentName !== undefined) checkText(path, 'documentName', settings.documentName);
  if (settings.importDocument !== undefined && typeof settings.importDocument !== 'boolean') {
    throw Errors.refused(path, 'importDocument is no boolean', settings.importDocument, 'Terraform, import blocks: what is imported exists', 'use true where the document exists, otherwise leave it out');
  }
}
