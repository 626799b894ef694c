/** Completion for zsh, in the words of its own _arguments: a file for a folder of fpath, or a script for `source`. */
import { type Flag, type Node, nodesOf, type Operand, type Wanted, type Word, wordsOf } from './words.js';

/**
 * @param installLine what gives every new shell the script
 * @returns the script: `#compdef` in its first line
 */
export function zshScript(program: Node, installLine: string): string {
  const commands = nodesOf(program).filter(({ commands, flags }) => commands.length + flags.length > 0);
  return `${head(installLine)}
${[...commands.map((node) => commandFunction(node)), ...valueFunctions(program)].join('\n')}
${ENGINE}`;
}

function head(installLine: string): string {
  return `#compdef ideogram
# Completion of ideogram for zsh, written by: ideogram completion zsh
# To have it in every new shell:  ${installLine}
# (below compinit, where that is called there)
`;
}

/** Options and operands of one command, and the way to the commands below it. */
function commandFunction(node: Node): string {
  const specs = [
    ...node.flags.flatMap(flagSpecs),
    ...(node.commands.length > 0
      ? [quote(`: :${nameOf(node)}_commands`), quote('*::: :->rest')]
      : operandSpecs(node.operands)),
  ];
  // What stands behind -- is for the command below to see.
  const end = node.commands.length > 0 ? '' : ' -S';
  const call = `_arguments -C -s${end} : \\\n${specs.map((spec) => `    ${spec}`).join(' \\\n')}`;
  if (node.commands.length === 0) return `${nameOf(node)}() {\n  ${call}\n}\n`;
  const below = node.commands
    .filter(({ commands, flags }) => commands.length + flags.length > 0)
    .map((child) => `    ${quote(child.name)}) ${nameOf(child)} && ret=0 ;;`);
  return `${nameOf(node)}() {
  local curcontext="$curcontext" context state line ret=1
  typeset -A opt_args
  ${call} && ret=0
  [[ $state = rest ]] || return ret
  # The next function reads the line from the word of its command on.
  local word=$line[1]
  words=("$word" "\${words[@]}")
  (( CURRENT += 1 ))
  curcontext="\${curcontext%:*:*}:${node.name}-$word:"
  case $word in
${below.join('\n')}
  esac
  return ret
}

${nameOf(node)}_commands() {
  local -a list=(
${node.commands.map(({ name, text }) => `    ${quote(described({ word: name, text }))}`).join('\n')}
  )
  _describe -t commands command list "$@"
}
`;
}

/** One for each of its names; having one takes away both, unless it may be repeated. */
function flagSpecs(flag: Flag): string[] {
  const names = [flag.short, flag.long].filter((name) => name !== undefined);
  const once = flag.repeatable ? '*' : `(${names.join(' ')})`;
  return names.map((name) => {
    const join = flag.value === undefined ? '' : name.startsWith('--') ? '=' : '+';
    const value = flag.value === undefined ? '' : `:${escapeColons(flag.name)}:${actionOf(flag.value)}`;
    return quote(`${once}${name}${join}[${escapeText(flag.text)}]${value}`);
  });
}

function operandSpecs(operands: readonly Operand[]): string[] {
  return operands.map(({ name, value, many }) =>
    quote(`${many ? '*' : ''}:${escapeColons(name)}:${actionOf(value)}`),
  );
}

/** What completes a value: a blank stands for nothing but its name. */
function actionOf(value: Wanted): string {
  if (value.kind === 'text') return ' ';
  if (value.kind === 'file') return '_files';
  return value.kind === 'words' ? valuesName(value) : `_ideogram_${value.kind}`;
}

/** The same words have the same function, wherever they are taken. */
function valuesName(value: Wanted): string {
  let hash = 5381;
  for (const letter of JSON.stringify(wordsOf(value))) hash = (hash * 33 + letter.charCodeAt(0)) % 2 ** 32;
  return `_ideogram_words_${hash.toString(36)}`;
}

function valueFunctions(program: Node): string[] {
  const values = nodesOf(program).flatMap(({ flags, operands }) =>
    [...flags, ...operands].flatMap(({ value }) => (value?.kind === 'words' ? [value] : [])),
  );
  const functions = values.map((value) => {
    const words = wordsOf(value).map(({ word }) => quote(word));
    // In upper or lower case: the program takes both.
    const list = `compadd "$@" -M 'm:{[:lower:]}={[:upper:]}' -- ${words.join(' ')}`;
    return `${valuesName(value)}() {\n  ${list}\n}\n`;
  });
  return [...new Set(functions)];
}

function nameOf({ path }: Node): string {
  return `_ideogram${path === '' ? '' : `_${path.replaceAll(' ', '_')}`}`;
}

/** As _describe takes it: `word:text`. */
function described({ word, text }: Word): string {
  return `${escapeColons(word)}:${text.replaceAll('\\', '\\\\')}`;
}

function escapeColons(text: string): string {
  return text.replace(/[\\:]/g, '\\$&');
}

/** Inside the brackets of an option. */
function escapeText(text: string): string {
  return text.replace(/[\\[\]:]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const ENGINE = `_ideogram_image() {
  _files "$@" -g '*.(#i)(png|jpg|jpeg|webp)(-.)'
}

# A prompt is text, or @ and a file.
_ideogram_prompt() {
  if compset -P '@'; then _files; else _message -e prompts 'text, - or @file'; fi
}

if [[ \${funcstack[1]} = _ideogram ]]; then
  _ideogram "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
  compdef _ideogram ideogram
fi
`;
