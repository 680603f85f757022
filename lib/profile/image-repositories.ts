import { checkList } from './checks';
import { Errors } from './errors';

const REPOSITORY = /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/;

/** @internal */
export function checkRepositories(path: string, names: readonly string[]): void {
  const seen = new Set<unknown>();
  checkList(path, 'imageRepositories', names, 'Amazon ECR, CreateRepository', "give a list, such as ['patient-portal']");
  for (const name of names as readonly unknown[]) {
    if (typeof name !== 'string' || name.length < 2 || name.length > 256 || !REPOSITORY.test(name)) {
      throw Errors.refused(path, 'imageRepositories has an entry that is no repository', name, 'Amazon ECR, CreateRepository', "use a name such as 'patient-portal'");
    }
    if (seen.has(name)) throw Errors.refused(path, 'imageRepositories names one twice', name, 'Amazon ECR, CreateRepository: unique in a registry', 'name each once');
    seen.add(name);
  }
}
