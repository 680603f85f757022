import type { IConstruct } from 'constructs';

/** What the nodes of a tree say of themselves, each with its path. */
export function nodeFindings(root: IConstruct): string[] {
  return root.node.findAll().flatMap((construct) => construct.node.validate().map((finding) => withPath(construct.node.path, finding)));
}

/** Throws one error with every finding; nothing where there is none. */
export function reportTogether(findings: readonly string[]): void {
  if (findings.length === 0) return;
  throw new Error(`${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}; nothing was written\n\n${findings.join('\n\n')}`);
}

function withPath(path: string, finding: string): string {
  return finding.startsWith('[') ? finding : `[${path}] ${finding}`;
}
