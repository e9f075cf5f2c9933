import type { ASTNode } from '@marcbachmann/cel-js';

/** `subject in list("name")`: the subject is one of the order, or a text fact by its full name. */
export interface ListRead {
  readonly list: string;
  readonly subject: string;
}

/** The variable whose fields are the subjects that a list can hold. */
export const subjectVariable = 'subject';

/** `group.name` for a node that reads a fact or a subject. */
export const factNameOf = (node: ASTNode): string | undefined =>
  node.op === '.' && node.args[0].op === 'id' ? `${node.args[0].args}.${node.args[1]}` : undefined;

/** The name in `list("name")`. */
export const listNameOf = (node: ASTNode): string | undefined => {
  if (node.op !== 'call' || node.args[0] !== 'list') return undefined;
  const [name] = node.args[1];
  return name?.op === 'value' && typeof name.args === 'string' ? name.args : undefined;
};

/** The lookup of `x in list("name")`; undefined for any other node. */
export const listReadOf = (node: ASTNode): ListRead | undefined => {
  if (node.op !== 'in') return undefined;
  const subject = factNameOf(node.args[0]);
  const list = listNameOf(node.args[1]);
  if (subject === undefined || list === undefined) return undefined;
  const prefix = `${subjectVariable}.`;
  return { list, subject: subject.startsWith(prefix) ? subject.slice(prefix.length) : subject };
};

const isNode = (part: unknown): part is ASTNode =>
  typeof part === 'object' && part !== null && 'op' in part;

/**
 * The operands of a node. cel-js gives a node, or lists of nodes and names, nested at most once.
 */
export const childrenOf = ({ args }: ASTNode): ASTNode[] =>
  (Array.isArray(args) ? (args as unknown[]).flat() : [args]).filter(isNode);
