/** What the completion of a shell knows of the program, as plain data: commands, options, operands, and what is typed for each. */

/** A word that can be chosen, and what it means; no text where it speaks for itself. */
export interface Word {
  readonly word: string;
  readonly text: string;
}

/** What is typed in a place: `text` has no candidates, a `prompt` may be `@file`. */
export type Wanted =
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  | { readonly kind: 'file' | 'image' | 'prompt' | 'text' };

/** An option that help shows. */
export interface Flag {
  /** `-n`. */
  readonly short: string | undefined;
  /** `--num-images`. */
  readonly long: string;
  readonly text: string;
  /** What its value is called: `count`. */
  readonly name: string;
  /** Undefined: it takes no value. */
  readonly value: Wanted | undefined;
  readonly repeatable: boolean;
}

/** What is typed without a flag. */
export interface Operand {
  readonly name: string;
  readonly value: Wanted;
  readonly many: boolean;
}

/** A command, or the program itself. */
export interface Node {
  /** The words behind the program's name: `auth login`; empty for the program itself. */
  readonly path: string;
  readonly name: string;
  readonly text: string;
  readonly commands: readonly Node[];
  /** Its own, then the global ones that mean something to it. */
  readonly flags: readonly Flag[];
  readonly operands: readonly Operand[];
}

/** The node and all below it, in the order of help. */
export function nodesOf(node: Node): Node[] {
  return [node, ...node.commands.flatMap(nodesOf)];
}

/** The values of an option; none where these are not words. */
export function wordsOf(value: Wanted | undefined): readonly Word[] {
  return value?.kind === 'words' ? value.words : [];
}

/** As data of the API has them: without a text. */
export function plainWords(words: readonly string[]): Wanted {
  return { kind: 'words', words: [...new Set(words)].map((word) => ({ word, text: '' })) };
}
