import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { creationPlace } from './creation-places';
import type { GateObject, KubernetesContent } from './gate-object';

/** Every object of a tree as it will be written, with the construct that makes it. */
export function objectsOf(root: IConstruct): GateObject[] {
  return root.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct)).map((object) => ({
    content: object.toJson() as KubernetesContent,
    origin: originOf(object),
  }));
}

function originOf(object: ApiObject): { constructPath: string; readonly createdAt?: string } {
  return {
    constructPath: object.node.path,
    // Put into words when somebody reads it: few objects are ever reported.
    get createdAt() {
      return creationPlace(object);
    },
  };
}
