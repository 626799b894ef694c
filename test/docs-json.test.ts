/** docs/json.md shows and explains the fields that the program prints. */
import { describe, expect, it } from 'vitest';
import { readPage, textsOf } from './support/docs-pages.js';
import { acceptKey } from './support/quote.js';
import { createWorld, runCli } from './support/run.js';
import { answerImages, startServer } from './support/server.js';

describe('docs/json.md', () => {
  /** The example under each heading. */
  const examples = async () =>
    Object.fromEntries(
      (await readPage('docs/json.md'))
        .split(/^## /m)
        .slice(1)
        .map((section) => {
          const title = section.split('\n', 1)[0]?.replaceAll('`', '') ?? '';
          const text = textsOf(section, 'json')[0] ?? /`(\{.*\})`/.exec(section)?.[1] ?? 'null';
          return [title, JSON.parse(text)];
        }),
    );

  it('shows and explains every field of a result, an error and a dry run', async () => {
    const page = await readPage('docs/json.md');
    const { generate, Errors: failure, '--dry-run': dryRun } = await examples();
    const server = await startServer(answerImages(1));
    const env = { IDEOGRAM_BASE_URL: server.url };
    const real = (await runCli(['generate', 'a fox', '--json'], { env })).json();
    expect(Object.keys(generate)).toEqual(Object.keys(real));
    expect(Object.keys(generate.images[0])).toEqual(Object.keys(real.images[0]));
    const error = (await runCli(['nope', '--json'])).error();
    expect(Object.keys(failure.error)).toEqual(Object.keys(error));
    const dry = (await runCli(['generate', 'a fox', '--json', '--dry-run'], { env })).json();
    expect([Object.keys(dryRun), Object.keys(dryRun.request)]).toEqual([
      Object.keys(dry),
      Object.keys(dry.request),
    ]);
    for (const key of Object.keys(real)) expect(page).toMatch(new RegExp(`^\\| \`${key}[.\`]`, 'm'));
    for (const key of Object.keys(real.images[0])) expect(page).toContain(`| \`images[].${key}\` |`);
    for (const key of Object.keys(error)) expect(page).toContain(`| \`${key}\` |`);
  });

  it.each([
    ['auth login --with-key', ['--json']],
    ['auth verify', ['--json']],
    ['auth status', ['--json']],
    ['auth logout', ['--json']],
  ])('shows the fields of %s', async (title, flags) => {
    const server = await startServer(acceptKey);
    const world = await createWorld();
    const stdin = 'a-key-for-the-docs-0123';
    const env = { IDEOGRAM_BASE_URL: server.url };
    // One key in the settings and one in the environment, so that one is hidden.
    await runCli(['auth', 'login', '--with-key'], { world, env, stdin });
    const real = (await runCli([...title.split(' '), ...flags], { world, env, stdin })).json();
    const { [title]: example } = await examples();
    expect(Object.keys(example)).toEqual(Object.keys(real));
    if (real.hidden) expect(Object.keys(example.hidden[0])).toEqual(Object.keys(real.hidden[0]));
  });
});

describe('docs/json.md on models', () => {
  it.each([['models'], ['models --options style-preset']])('shows the fields of %s', async (title) => {
    const real = (await runCli([...title.split(' '), '--json'])).json();
    const section = (await readPage('docs/json.md')).split(`## \`${title}\`\n`)[1] ?? '';
    const shown = JSON.parse(textsOf(section, 'json')[0] ?? 'null');
    const shape = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.slice(0, 1).map(shape);
      if (typeof value !== 'object' || value === null) return '';
      return Object.entries(value).map(([name, inner]) => [name, shape(inner)]);
    };
    expect(shape(shown)).toEqual(shape(real));
  });
});
