/** How one variable is put into the text of a .env file, or taken out of it, without a change to anything else in the text. */

/** What reads a .env text in the end: dotenv's `parse`, and nothing else may be believed about what a text says. */
export type Parse = (text: string) => Readonly<Record<string, string>>;

export interface Variable {
  readonly name: string;
  /** Printable ASCII without a space. */
  readonly value: string;
}

/** Where an assignment stands in the text, as indexes into it. */
interface Assignment {
  /** The whole line, or lines where the value has several, with the last line break. */
  readonly start: number;
  readonly end: number;
  /** What a new value takes the place of, quotes included. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** `NAME:`, a line break, and the next line is the value, whatever it was meant to be. */
  readonly takesNextLine: boolean;
}

/** dotenv 18's own rule, with its parts named. It looks at a text whose line breaks are all \n. */
const ASSIGNMENT =
  /^(?<lead>\s*(?:export\s+)?)(?<name>[\w.-]+)(?<operator>\s*=\s*?|:\s+?)(?<value>\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;

/** What ends a line in that rule: JavaScript's `^` and `$` know these two more. */
const LINE_END = /[\n\u2028\u2029]/;

/**
 * The text with the variable set: in each place where it stands, else on a line at the end.
 * @returns undefined where no way to write the value leaves every other variable as it was and gives back this value
 */
export function setVariable(text: string, { name, value }: Variable, parse: Parse): string | undefined {
  const found = findAssignments(text, name);
  // Else a line would be lost that was never meant to be the value.
  if (found.some(({ takesNextLine }) => takesNextLine)) return undefined;
  const wanted = { ...parse(text), [name]: value };
  return spellings(value)
    .map((spelling) =>
      found.length > 0 ? replace(text, found, spelling) : append(text, `${name}=${spelling}`),
    )
    .find((edited) => isSame(parse(edited), wanted));
}

/**
 * The text without the lines that set the variable; the same text where there are none.
 * @returns undefined where the other variables would not stay as they were
 */
export function dropVariable(text: string, name: string, parse: Parse): string | undefined {
  const { [name]: _dropped, ...wanted } = parse(text);
  const found = findAssignments(text, name);
  // The next line was never meant to be the value: without `NAME:` before it, it would be another variable.
  if (found.some((each) => each.takesNextLine && each.valueEnd > each.valueStart)) return undefined;
  const edited = found.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
  return isSame(parse(edited), wanted) ? edited : undefined;
}

/** Bare where dotenv and every shell take each character as it is; else quoted, a shell's strongest quotes first. */
function spellings(value: string): string[] {
  // dotenv takes a quote inside of the same quotes; a shell would run what comes behind it.
  const quotes = ["'", '"', '`'].filter((quote) => !value.includes(quote));
  const quoted = quotes.map((quote) => `${quote}${value}${quote}`);
  return /^[\w./+-][\w./+=@:%,-]*$/.test(value) ? [value, ...quoted] : quoted;
}

function replace(text: string, found: readonly Assignment[], spelling: string): string {
  return found.reduceRight((edited, { valueStart, valueEnd }) => {
    const rest = edited.slice(valueEnd);
    // A shell takes `value#` for a part of the value.
    return edited.slice(0, valueStart) + spelling + (rest.startsWith('#') ? ' ' : '') + rest;
  }, text);
}

function append(text: string, line: string): string {
  const lineBreak = /\r\n?|\n/.exec(text)?.[0] ?? '\n';
  const isWhole = /(^\ufeff?|[\r\n])$/.test(text);
  return `${text}${isWhole ? '' : lineBreak}${line}${lineBreak}`;
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** All places where the variable is set, as dotenv sees them: not those in comments, nor inside another one's quotes. */
function findAssignments(text: string, name: string): Assignment[] {
  const { plain, origins } = withPlainLineBreaks(text);
  const origin = (index: number): number => origins[index] ?? text.length;
  return [...plain.matchAll(ASSIGNMENT)]
    .filter((match) => match.groups?.name === name)
    .map((match) => {
      const at = placeInPlain(plain, match);
      return {
        start: origin(at.start),
        end: origin(at.end),
        valueStart: origin(at.valueStart),
        valueEnd: origin(at.valueEnd),
        takesNextLine: at.takesNextLine,
      };
    });
}

function placeInPlain(plain: string, match: RegExpMatchArray): Assignment {
  const { lead = '', name = '', operator = '', value = '' } = match.groups ?? {};
  const nameStart = (match.index ?? 0) + lead.length;
  const operatorEnd = nameStart + name.length + operator.length;
  const indent = value.length - value.trimStart().length;
  // A shell would not look for the value on another line; and `NAME=   # comment` keeps its distance.
  const isBehind = value.trim() !== '' && !LINE_END.test(value.slice(0, indent));
  const valueStart = operatorEnd + (isBehind ? indent : 0);
  const valueEnd = Math.max(valueStart, operatorEnd + value.trimEnd().length);
  const lineLength = plain.slice(valueEnd).search(LINE_END);
  return {
    start: lineStart(plain, nameStart),
    end: lineLength < 0 ? plain.length : valueEnd + lineLength + 1,
    valueStart,
    valueEnd,
    takesNextLine: operator.startsWith(':') && LINE_END.test(operator),
  };
}

function lineStart(plain: string, index: number): number {
  let start = index;
  while (start > 0 && !LINE_END.test(plain.charAt(start - 1))) start--;
  // The byte order mark is the file's, not the line's.
  return start === 0 && plain.startsWith('\ufeff') ? 1 : start;
}

/** The text with \n for every line break, and for each of its characters the index it had. */
function withPlainLineBreaks(text: string): { plain: string; origins: number[] } {
  const origins: number[] = [];
  for (let index = 0; index < text.length; index++) {
    origins.push(index);
    if (text.startsWith('\r\n', index)) index++;
  }
  return { plain: text.replace(/\r\n?/g, '\n'), origins };
}
