import type { HipaaProfile } from '../../profile/profile';

/** Who manages keys and the archive's set-up; the role that applies them is among them, or its own next change is refused. */
export function administratorsOf(profile: HipaaProfile): readonly string[] {
  return [...new Set([...profile.keyAdministrators, profile.terraformRole])];
}
