/** Reads the program, as commander was told of it, into the plain data that each shell's script is written from. */
import type { Argument, Command, Option } from 'commander';
import type { CommandSpec } from '../endpoints/define.js';
import { type Known, knownOperand, knownOptions, otherWanted } from './wanted.js';
import { type Flag, type Node, type Operand, plainWords, type Wanted, type Word, wordsOf } from './words.js';

/** What commander does not know. */
export interface TreeFacts {
  /** The commands that reach an endpoint. */
  readonly specs: readonly CommandSpec[];
  /** Pages that `help` prints besides those of the commands. */
  readonly topics: readonly Word[];
  /** Does this global option (`--json`) mean something to the command? */
  takesGlobal(command: Command, long: string): boolean;
}

/** The command that prints the pages of others. */
const HELP = 'help';
/** Takes what the call takes that it repeats: which one that is, no script knows. */
const AGAIN = 'again';

/** @param root with all commands and options declared */
export function readTree(root: Command, facts: TreeFacts): Node {
  const others = otherWanted(facts.specs);
  const program = readCommand(root, '', { ...facts, others });
  return { ...program, commands: program.commands.map((node) => complete(node, program, facts)) };
}

interface Facts extends TreeFacts {
  readonly others: Readonly<Record<string, Wanted>>;
}

function readCommand(command: Command, path: string, facts: Facts): Node {
  const spec = facts.specs.find(({ name }) => name === path);
  const known = spec ? knownOptions(spec) : new Map<string, Known>();
  const visible = command.createHelp().visibleCommands(command);
  const children = command.commands.filter((child) => visible.includes(child) || child.name() === HELP);
  const nodes = children.map((child) => readCommand(child, `${path} ${child.name()}`.trim(), facts));
  const flags = optionsOf(command, facts).map((option) =>
    readOption(option, path, known.get(option.long ?? ''), facts),
  );
  return {
    path,
    name: command.name(),
    text: command.summary() || command.description(),
    commands: nodes,
    flags: flags.filter(({ long }, index) => flags.findIndex((flag) => flag.long === long) === index),
    operands: command.registeredArguments.map((argument) => readOperand(argument, path, spec, facts)),
  };
}

/** The options on its help page: its own, and of those above it what means something to it. */
function optionsOf(command: Command, { takesGlobal }: TreeFacts): Option[] {
  const above: Command[] = [];
  for (let parent = command.parent; parent; parent = parent.parent) above.push(parent);
  const globals = above.flatMap(({ options }) => options);
  return [
    ...command.createHelp().visibleOptions(command),
    ...globals.filter(({ hidden, long }) => !hidden && takesGlobal(command, long ?? '')),
  ];
}

function readOption(option: Option, path: string, known: Known | undefined, { others }: Facts): Flag {
  const { short, long = '', argChoices, description, flags, variadic } = option;
  const value = argChoices ? plainWords(argChoices) : known?.value;
  const name = /[<[](.+?)(?:\.\.\.)?[>\]]/.exec(flags)?.[1] ?? '';
  return {
    short,
    long,
    name,
    text: known?.text ?? description,
    value: name === '' ? undefined : (value ?? others[`${path} ${long}`] ?? others[long] ?? { kind: 'text' }),
    repeatable: variadic || known?.repeatable === true,
  };
}

function readOperand(argument: Argument, path: string, spec: CommandSpec | undefined, facts: Facts): Operand {
  const { argChoices } = argument;
  const value = argChoices ? plainWords(argChoices) : spec && knownOperand(spec);
  const name = argument.name();
  return {
    name,
    value: value ?? facts.others[`${path} ${name}`] ?? { kind: 'text' },
    many: argument.variadic,
  };
}

/** What no declaration says: `help` takes the words of all commands, and topics; `again` every option that a call can have. */
function complete(node: Node, program: Node, { specs, topics }: TreeFacts): Node {
  if (node.name === HELP) {
    const pages = program.commands.filter(({ name }) => name !== HELP).map((page) => below(node, page));
    const names = new Set(pages.map(({ name }) => name));
    const others = topics.filter(({ word }) => !names.has(word));
    return {
      ...node,
      commands: [...pages, ...others.map(({ word, text }) => below(node, leaf(word, text)))],
      operands: [],
    };
  }
  if (node.name !== AGAIN) return node;
  const repeatable = program.commands.filter(({ name }) => specs.some((spec) => spec.name === name));
  return { ...node, flags: merged([node, ...repeatable].flatMap(({ flags }) => flags)) };
}

function leaf(name: string, text: string): Node {
  return { path: name, name, text, commands: [], flags: [], operands: [] };
}

/** The same words behind `help`: they are all that can be typed there. */
function below(parent: Node, { name, text, commands }: Node): Node {
  const node = { ...leaf(name, text), path: `${parent.path} ${name}` };
  return { ...node, commands: commands.map((child) => below(node, child)) };
}

/** Each option once, with the values of all. */
function merged(flags: readonly Flag[]): Flag[] {
  const found = new Map<string, Flag>();
  for (const flag of flags) {
    const { value, short, ...earlier } = found.get(flag.long) ?? flag;
    const words = [...wordsOf(value), ...wordsOf(flag.value)].map(({ word }) => word);
    found.set(flag.long, {
      ...earlier,
      short: short ?? flag.short,
      value: words.length > 0 ? plainWords(words) : value,
    });
  }
  const all = [...found.values()];
  // -m is --model, and with describe --describe-model.
  const isTaken = ({ short }: Flag, index: number) => all.findIndex((flag) => flag.short === short) < index;
  return all.map((flag, index) => (isTaken(flag, index) ? { ...flag, short: undefined } : flag));
}
