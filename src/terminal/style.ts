/** The few colours the program uses; plain text where a stream takes none, and then chalk is not even loaded. */

export interface Style {
  /** Headings and words to look at first. */
  strong(text: string): string;
  /** What may be overlooked. */
  faint(text: string): string;
  bad(text: string): string;
  caution(text: string): string;
}

const same = (text: string): string => text;

export const PLAIN: Style = { strong: same, faint: same, bad: same, caution: same };

/** ora colours by chalk's own level, which knows neither --no-color nor NO_COLOR as we do. */
export async function setChalkLevel(color: boolean): Promise<void> {
  const { default: chalk } = await import('chalk');
  chalk.level = color ? 1 : 0;
}

/** The style for a stream that takes colour, or not. */
export async function loadStyle(color: boolean): Promise<Style> {
  // Where colours can't be loaded (the program was upgraded meanwhile), what is to be said counts more.
  const module = color ? await import('chalk').catch(() => undefined) : undefined;
  if (module === undefined) return PLAIN;
  const chalk = new module.Chalk({ level: 1 });
  return { strong: chalk.bold, faint: chalk.dim, bad: chalk.red, caution: chalk.yellow };
}
