/** What the endpoints' own data forbids, for every command with every model: options it does not take, pairs, and what is missing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Choosable } from '../../src/endpoints/define.js';
import { COMMANDS } from '../../src/endpoints/index.js';
import { makePng } from '../support/images.js';
import { leftBlack, paintPng } from '../support/pictures.js';
import { createWorld, runCli } from '../support/run.js';
import {
  CALLS,
  type Call,
  flagOf,
  isOperand,
  isOwn,
  labelIn,
  neededBy,
  startOf,
  takenBy,
  typableFor,
  words,
} from './calls.js';
import { refused } from './refused.js';

async function files(folder: string): Promise<void> {
  await writeFile(join(folder, 'photo.png'), makePng(8, 8));
  await writeFile(join(folder, 'mask.png'), paintPng(8, 8, leftBlack(8)));
  const prompt = {
    high_level_description: 'a fox',
    compositional_deconstruction: { background: 'snow', elements: [] },
  };
  await writeFile(join(folder, 'prompt.json'), JSON.stringify(prompt));
}

async function told(argv: readonly string[]) {
  const result = await refused({ given: files, argv: [...argv, '--json'] });
  const { code, message, hint } = result.error();
  return { status: result.status, code, message, hint: String(hint) };
}

/** A label where it stands within a sentence. */
const within = (label: string) => label.replace('The ', 'the ');

const ALL_OLDER = ['V_1', 'V_1_TURBO', 'V_2', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO', 'AUTO'];
const STYLED = ['V_3', 'V_1_TURBO', 'V_2', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO', 'AUTO'];
const ONLY_V3 = {
  '--style-preset': ['V_3'],
  '--style-code': ['V_3'],
  '--style-reference': ['V_3'],
};
const CHARACTER = { '--character-reference': ['V_3'], '--character-mask': ['V_3'] };
const GENERATED = {
  ...ONLY_V3,
  ...CHARACTER,
  '--num-images': ['V_3', ...ALL_OLDER],
  '--aspect-ratio': ['V_3', ...ALL_OLDER],
  '--magic-prompt': ['V_3', ...ALL_OLDER],
  '--resolution': ['V_3', 'V_4', 'V_2'],
  '--rendering-speed': ['V_3', 'V_4'],
  '--negative-prompt': ['V_3', 'V_1', 'V_1_TURBO', 'V_2', 'V_2_TURBO'],
  '--style-type': STYLED,
  '--color-palette': ['V_3', 'V_2', 'V_2_TURBO', 'AUTO'],
};

/**
 * API.md 2, 3 and 5: which models take an option, where not all do, written down a second time. Of options that are not
 * here all models of the command take each, or none does.
 */
const TAKEN_BY: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  generate: {
    ...GENERATED,
    '--custom-model-uri': ['V_3'],
    '--enable-copyright-detection': ['V_3', 'V_4'],
    '--json-prompt': ['V_4'],
  },
  'generate --transparent': {
    '--num-images': ['V_3'],
    '--magic-prompt': ['V_3'],
    '--negative-prompt': ['V_3'],
    '--upscale-factor': ['V_3'],
    '--enable-copyright-detection': ['V_4'],
    '--json-prompt': ['V_4'],
    '--output-resolution': ['V_4'],
  },
  edit: {
    ...ONLY_V3,
    ...CHARACTER,
    '--rendering-speed': ['V_3'],
    '--color-palette': ['V_3'],
  },
  remix: {
    ...GENERATED,
    '--seed': ['V_3', ...ALL_OLDER],
    '--enable-copyright-detection': ['V_4'],
  },
  reframe: {
    ...ONLY_V3,
    '--rendering-speed': ['V_3'],
    '--color-palette': ['V_3'],
    '--style-type': ['V_2', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO'],
  },
  describe: {
    '--include-bbox': ['V_4'],
    '--include-style-descriptions': ['V_4'],
    '--include-tags': ['V_4'],
  },
};

/** API.md 5: what goes only with a switch. */
const ONLY_WITH: Readonly<Record<string, readonly string[]>> = {
  'generate --transparent': ['--upscale-factor', '--output-resolution'],
  'edit --whole': ['--reference', '--resolution', '--aspect-ratio', '--transparent-background'],
};

interface Misfit {
  readonly call: Call;
  readonly option: Choosable;
  readonly flag: string;
  /** Models of the same switch that take it. */
  readonly takers: readonly string[];
}

function placeOf({ spec, variant }: Call): string {
  return variant ? `${spec.name} ${flagOf(variant)}` : spec.name;
}

/** The calls of a command with the same switch, or of those with another. */
function siblings(call: Call, same = true): Call[] {
  return CALLS.filter(({ spec, variant }) => spec === call.spec && (variant === call.variant) === same);
}

const has = (call: Call, option: Choosable) =>
  takenBy(call).some(({ field }) => field.name === option.name) || isOwn(call, option);

const MISFITS: readonly Misfit[] = CALLS.flatMap((call) =>
  typableFor(call.spec)
    .filter((option) => !has(call, option))
    .map((option) => {
      const takers = siblings(call).filter((other) => has(other, option));
      return { call, option, flag: flagOf(option), takers: takers.map(({ model }) => String(model)) };
    }),
);

describe('an option that the call does not take', () => {
  it.each(MISFITS.map((misfit) => [`${misfit.call.title} ${misfit.flag}`, misfit] as const))(
    '%s',
    async (_what, { call, option, flag, takers }) => {
      const { spec, variant, model } = call;
      const { status, code, message, hint } = await told([
        ...startOf(call),
        ...neededBy(call),
        ...words(option),
      ]);
      expect([status, code]).toEqual([2, 'bad_input']);
      const place = variant ? ` with ${flagOf(variant)}` : '';
      if (takers.length > 0) {
        expect(message).toBe(`${flag} is not an option of model ${model}${place}.`);
        expect(hint).toContain(`Models that take it${place}: ${takers.join(', ')}.`);
        expect(hint).toContain(
          `Choose one with ${spec.name === 'describe' ? '--describe-model' : '--model'}`,
        );
      } else if (variant) {
        expect(message).toBe(`${flag} does not go with ${flagOf(variant)}.`);
        expect(hint).not.toBe('null');
        expect(hint).not.toContain(`${flag},`);
      } else {
        const [other] = spec.variants as [Choosable];
        expect(message).toBe(`${flag} goes only with ${flagOf(other)}.`);
        expect(hint).toContain(`Add ${flagOf(other)}`);
        // Whoever obeys must not be refused again for the model.
        const models = siblings(call, false).flatMap((each) => (has(each, option) ? [each.model] : []));
        const elsewhere = models.some(Boolean) && !models.includes(model);
        expect(hint).toBe(
          elsewhere
            ? `Add ${flagOf(other)}, and choose one of the models that take it: ${models.join(', ')}.`
            : `Add ${flagOf(other)}.`,
        );
      }
    },
  );

  it('is named for exactly the models the API has it for', () => {
    const found: Record<string, Record<string, readonly string[]>> = {};
    for (const { call, flag, takers } of MISFITS) {
      if (takers.length > 0) found[placeOf(call)] = { ...found[placeOf(call)], [flag]: takers };
    }
    expect(found).toEqual(TAKEN_BY);
  });

  it('needs a switch exactly where the API has it only there', () => {
    const found: Record<string, Set<string>> = {};
    for (const { call, flag, takers } of MISFITS) {
      if (takers.length > 0 || call.variant) continue;
      const [variant] = call.spec.variants as [Choosable];
      const place = `${call.spec.name} ${flagOf(variant)}`;
      found[place] = (found[place] ?? new Set()).add(flag);
    }
    expect(found).toEqual(
      Object.fromEntries(Object.entries(ONLY_WITH).map(([place, flags]) => [place, new Set(flags)])),
    );
  });
});

describe('a switch', () => {
  it.each([
    ['generate', 'a fox', '--transparent', 'V_2A'],
    ['generate', 'a fox', '--transparent', 'AUTO'],
  ])('%s %s %s is refused with %s, and the models are named that take it', async (...argv) => {
    const [command, operand, flag, model] = argv;
    const { status, code, message, hint } = await told([command, operand, flag, '-m', model]);
    expect([status, code, message]).toEqual([2, 'bad_input', `${flag} is not an option of model ${model}.`]);
    expect(hint).toContain('Models that take it: V_3, V_4.');
  });

  it('that has no models takes none, not even the default one', async () => {
    for (const model of ['V_3', 'V_9']) {
      const { status, code, message, hint } = await told([
        ...['edit', 'photo.png', '--whole', '-p', 'x', '-m'],
        model,
      ]);
      expect([status, code, message]).toEqual([2, 'bad_input', '--whole has no models to choose from.']);
      expect(hint).toBe('Leave out --model.');
    }
  });
});

describe('the model', () => {
  it.each(COMMANDS.filter(({ endpoints }) => endpoints.flatMap(({ models }) => models).length > 1))(
    '$name: one that is not there is refused with all that are',
    async (spec) => {
      const models = [...new Set(spec.endpoints.flatMap((endpoint) => endpoint.models))];
      const operand = spec.operand.field === 'image' ? 'photo.png' : 'a fox';
      for (const flag of ['-m', '--model']) {
        const { status, code, message, hint } = await told([spec.name, operand, flag, 'V_9']);
        const label = spec.name === 'describe' ? '--describe-model' : '--model';
        expect([status, code, message]).toEqual([2, 'bad_input', `${label} does not take "V_9".`]);
        expect(hint).toBe(`Valid: ${models.join(', ')}.`);
      }
    },
  );

  it.each(COMMANDS.filter(({ endpoints }) => endpoints.flatMap(({ models }) => models).length < 2))(
    '$name: where there is nothing to choose there is no such option',
    async (spec) => {
      const { status, code, message } = await told([spec.name, 'photo.png', '--model', 'V_3']);
      expect([status, code, message]).toEqual([2, 'usage', "Unknown option '--model'."]);
    },
  );
});

interface Pair {
  readonly call: Call;
  readonly one: Choosable;
  readonly other: Choosable;
}

/** Two options that exclude each other, and that the call takes one by one. */
const PAIRS: readonly Pair[] = CALLS.flatMap((call) => {
  const taken: Choosable[] = [
    ...takenBy(call).map(({ field, type }) => ({ ...field, type })),
    ...(call.spec.local ?? []).filter((option) => isOwn(call, option)),
  ];
  return taken.flatMap((one, index) =>
    taken.slice(index + 1).flatMap((other) => {
      const exclude = one.conflicts?.includes(other.name) || other.conflicts?.includes(one.name);
      return exclude ? [{ call, one, other }] : [];
    }),
  );
});

describe('two options that exclude each other', () => {
  it.each(PAIRS.map((pair) => [`${pair.call.title}: ${pair.one.name}, ${pair.other.name}`, pair] as const))(
    '%s',
    async (_what, { call, one, other }) => {
      const pair = [one, other];
      const start = startOf(call);
      const needed = neededBy(
        call,
        // A rectangle stands for the mask.
        [...pair.map(({ name }) => name), ...(pair.some(({ name }) => name === 'maskRect') ? ['mask'] : [])],
      );
      const given = pair.filter((option) => !isOperand(call, option)).flatMap(words);
      const { status, code, message, hint } = await told([...start, ...needed, ...given]);
      expect([status, code]).toEqual([2, 'bad_input']);
      expect(message).toContain('exclude each other');
      for (const option of pair) {
        const label = labelIn(call.spec, option);
        expect(message).toContain(within(label));
        expect(hint).toMatch(new RegExp(`^Leave out .*${within(label)}\\b`));
      }
    },
  );

  it('are those of the API and of the masks', () => {
    const found = [
      ...new Set(PAIRS.map(({ one, other }) => [flagOf(one), flagOf(other)].sort().join(' '))),
    ].sort();
    expect(found).toEqual([
      '--aspect-ratio --resolution',
      '--invert-mask --mask-rect',
      '--json-prompt --prompt',
      '--mask --mask-rect',
      '--style-code --style-reference',
      '--style-code --style-type',
    ]);
  });
});

describe('what must be given', () => {
  const required = CALLS.flatMap((call) =>
    takenBy(call)
      .filter((taken) => taken.required)
      .map((taken) => [`${call.title}: ${taken.field.name}`, call, taken] as const),
  );
  it.each(required)('%s', async (_what, call, { field, suppliedBy }) => {
    const { status, code, message, hint } = await told([
      ...startOf(call, field.name),
      ...neededBy(call, [field.name]),
    ]);
    expect([status, code]).toEqual([2, 'usage']);
    const { spec } = call;
    if (!isOperand(call, field)) {
      expect(message).toBe(`${flagOf(field)} is missing.`);
      const ways = typableFor(spec).filter(({ name }) => suppliedBy.includes(name));
      for (const way of [field, ...ways]) expect(hint).toContain(flagOf(way));
    } else {
      expect(message).toMatch(
        spec.operand.optional ? /^The prompt is missing\.$/ : /issing required argument/,
      );
      expect(hint).toContain(`For example: ${spec.examples[0]?.line}`);
    }
    expect(hint).toContain(`See: ideogram ${spec.name} --help`);
  });

  const supplied = required.flatMap(([title, call, { field, suppliedBy }]) =>
    suppliedBy.map((name) => [`${title} by ${name}`, call, field, name] as const),
  );
  it.each(supplied)('%s: it may stand for it', async (_what, call, field, name) => {
    const option = typableFor(call.spec).find((candidate) => candidate.name === name) as Choosable;
    const world = await createWorld();
    await files(world.folder);
    const argv = [...startOf(call, field.name), ...neededBy(call, [field.name]), ...words(option)];
    const { status, stderr } = await runCli([...argv, '--dry-run', '--quiet'], { world });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('--mask is not given by --invert-mask or --save-mask', async () => {
    for (const command of ['edit', 'remove-object']) {
      for (const options of [['--invert-mask'], ['--save-mask', 'm.png']]) {
        const prompt = command === 'edit' ? ['-p', 'a lamp'] : [];
        const { status, code, message, hint } = await told([command, 'photo.png', ...prompt, ...options]);
        expect([status, code, message]).toEqual([2, 'usage', '--mask is missing.']);
        const ways = command === 'edit' ? '--mask, --mask-rect, --whole' : '--mask, --mask-rect';
        expect(hint).toContain(`Give one of: ${ways}.`);
      }
    }
  });

  it('says which sizes there are for the model at hand', async () => {
    const v3 = await told(['reframe', 'photo.png']);
    const v2 = await told(['reframe', 'photo.png', '-m', 'V_2']);
    expect([v3.hint.includes('720x1280'), v2.hint.includes('720x1280')]).toEqual([false, true]);
  });
});

describe('a shape', () => {
  it.each(['16', '16:9:1', '0:9', '9:0', 'wide', '', '1e3:1'])('%j is none', async (shape) => {
    const { status, code, message, hint } = await told(['reframe', 'photo.png', '-a', shape]);
    expect([status, code, message]).toEqual([2, 'bad_input', `--aspect-ratio does not take "${shape}".`]);
    expect(hint).toBe('Valid: width and height as two numbers: 16:9, 4:5, 2.35:1.');
  });
});
