/** How commander is told of a command that reaches an endpoint: its words and options follow from the data. */
import { Argument, type Command, Option } from 'commander';
import type { Start } from './command-tree.js';
import { type Choosable, type CommandSpec, savesImages } from './endpoints/define.js';
import { fieldsOf, isImageKind, modelFlags, modelsOf } from './endpoints/survey.js';
import { OPTION_GROUPS } from './help.js';
import { describeField } from './option-text.js';

/** Options as commander has read them. */
type Typed = Record<string, unknown>;

/** Registers it by its name and purpose. */
export function addEndpointCommand(program: Command, spec: CommandSpec): Command {
  const { operand, summary, note } = spec;
  const sentence = `${summary[0]?.toUpperCase()}${summary.slice(1)}.`;
  return program
    .command(spec.name)
    .summary(summary)
    .description(note ? `${sentence} ${note}` : sentence)
    .usage(`${shownOperand(operand)} [options]`)
    .helpOption('-h, --help', 'print this help')
    .addArgument(operandArgument(operand));
}

/** What is typed without a flag. */
export function operandArgument(operand: CommandSpec['operand']): Argument {
  return new Argument(shownOperand(operand), operand.help);
}

/** As usage lines have it: `<image...>`, `[prompt]`. */
function shownOperand({ name, many, optional }: CommandSpec['operand']): string {
  const word = `${name}${many ? '...' : ''}`;
  return optional ? `[${word}]` : `<${word}>`;
}

/** Everything that can be typed behind its name, and what it does. */
export function addOptions(command: Command, spec: CommandSpec, start: Start): void {
  declareOptions(command, spec);
  command.action(async (words: string | string[] | undefined, options: Typed, command: Command) => {
    await perform(start(command), spec, [words ?? []].flat(), namedOptions(options));
  });
}

/** Every option that can be typed for it. */
export function declareOptions(command: Command, spec: CommandSpec): void {
  addModel(command, spec);
  const fields = fieldsOf(spec).filter(({ name }) => name !== spec.operand.field);
  for (const field of fields) addOption(command, spec, field);
  for (const field of fields) if (field.type.kind === 'switch') addOpposite(command, field);
  for (const option of [...(spec.local ?? []), ...(spec.variants ?? [])]) addOption(command, spec, option);
  if (takesImages(spec)) addUrlSwitch(command);
  if (savesImages(spec)) addOutput(command);
}

/** Typed options by the names that mean the same in every command. */
export function namedOptions({ describeModel, ...options }: Typed): Typed {
  return describeModel === undefined ? options : { ...options, model: describeModel };
}

/**
 * Runs it.
 * @param operands the words typed without a flag
 * @param options by the names of `namedOptions`
 */
export async function perform(
  run: ReturnType<Start>,
  spec: CommandSpec,
  operands: readonly string[],
  options: Typed,
): Promise<void> {
  if (!savesImages(spec)) {
    const { runWords } = await import('./commands/words.js');
    return runWords(run, spec, operands, options);
  }
  const { runEndpoint } = await import('./commands/endpoint.js');
  return runEndpoint(run, spec, operands[0], options);
}

/** Where there is one model or none, there is nothing to choose. */
function addModel(command: Command, spec: CommandSpec): void {
  const models = modelsOf(spec);
  if (models.length < 2) return;
  const flags = modelFlags(spec);
  const text = `model to use (${models.join(', ')}; default ${spec.defaultModel})`;
  command.addOption(new Option(flags, text).helpGroup('Picture'));
  // Who knows the others' name for it is understood.
  if (!flags.includes('--model ')) command.addOption(new Option('--model <model>').hideHelp());
}

function addOption(command: Command, spec: CommandSpec, option: Choosable): void {
  const added = new Option(option.flags).helpGroup(option.group);
  // Only help asks for it, and to find out takes longer than all else here.
  Object.defineProperty(added, 'description', { get: () => describeField(spec, option) });
  if (['images', 'text-list', 'mask-rects'].includes(option.type.kind)) {
    added.argParser((value: string, previous: string[] | undefined) => [...(previous ?? []), value]);
  }
  command.addOption(added);
}

/** What the API takes as true or false can be sent as either. */
function addOpposite(command: Command, { flags, group }: Choosable): void {
  const negative = flags.replace('--', '--no-');
  command.addOption(new Option(negative, `send the opposite of ${flags}`).helpGroup(group).hideHelp());
}

function takesImages(spec: CommandSpec): boolean {
  return fieldsOf(spec).some(({ type }) => isImageKind(type));
}

function addUrlSwitch(command: Command): void {
  const text = 'fetch images also from this machine and private networks';
  command.addOption(new Option('--allow-private-urls', text).helpGroup('Advanced'));
}

function addOutput(command: Command): void {
  const { output } = OPTION_GROUPS;
  command
    .addOption(new Option('-o, --output <path>', 'file, folder/, or - for standard output').helpGroup(output))
    .addOption(
      new Option('--metadata', 'write <image>.json beside each: prompt, seed, options, price').helpGroup(
        output,
      ),
    )
    .addOption(
      new Option('--preview', 'show saved images in a terminal that can (not with -o -)').helpGroup(output),
    )
    .addOption(
      new Option('--open', "open saved images with the system's viewer (not with -o -)").helpGroup(output),
    );
}
