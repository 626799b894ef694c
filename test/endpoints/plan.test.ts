/** Options that come from a program, not from the command line: what is unknown or of another kind is refused, not ignored and paid. */
import { describe, expect, it } from 'vitest';
import type { CommandSpec } from '../../src/endpoints/define.js';
import { COMMANDS } from '../../src/endpoints/index.js';
import { makePlan, type Options, plannedValue, withValue } from '../../src/endpoints/plan.js';
import { CliError } from '../../src/errors.js';
import { CALLS, type Call, goodValue, isOperand, isOwn, takenBy } from './calls.js';

function specOf(name: string): CommandSpec {
  return COMMANDS.find((spec) => spec.name === name) as CommandSpec;
}

/** The refusal of a plan: code, message and hint. */
function refusal(spec: CommandSpec, model: string | undefined, options: Options): CliError {
  try {
    makePlan(spec, model, options);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(CliError);
    return thrown as CliError;
  }
  throw new Error('It was taken.');
}

/** All that a call must be given, as a program gives it. */
function needed(call: Call): Record<string, unknown> {
  const required = takenBy(call).filter((taken) => taken.required);
  const options = required.map(({ field, type }) => [field.name, givenFor({ name: field.name, type })]);
  return {
    ...Object.fromEntries(options),
    ...(call.variant ? { [call.variant.name]: true } : {}),
  };
}

function givenFor(option: Parameters<typeof goodValue>[0]): unknown {
  return option.type.kind === 'switch' ? true : goodValue(option)[0];
}

describe.each(CALLS.map((call) => [call.title, call] as const))('%s', (_title, call) => {
  const { spec, endpoint, model } = call;

  it('takes each option of its own, and goes to its endpoint with it', () => {
    for (const { field, type, wire } of takenBy(call)) {
      const value = givenFor({ name: field.name, type });
      const base = needed(call);
      // What excludes it is left out: each of them may stand for the other.
      for (const name of Object.keys(base)) {
        if (field.conflicts?.includes(name)) delete base[name];
      }
      const image = type.kind === 'images' && type.masksFor ? { [type.masksFor]: 'photo.png' } : {};
      const plan = makePlan(spec, model, { ...base, ...image, [field.name]: value });
      expect([plan.endpoint.name, plan.model]).toEqual([endpoint.name, model]);
      expect(plan.values.some((planned) => planned.field.wire === wire)).toBe(true);
    }
  });

  it('takes what is its own to shape the request', () => {
    for (const option of (spec.local ?? []).filter((each) => isOwn(call, each))) {
      const base = needed(call);
      for (const name of option.conflicts ?? []) delete base[name];
      const plan = makePlan(spec, model, { ...base, [option.name]: givenFor(option) });
      expect(plan.local[option.name]).toBeDefined();
    }
  });

  it('keeps the order of the endpoint, whatever the order in which options are given', () => {
    const base = needed(call);
    const turned = Object.fromEntries(Object.entries(base).reverse());
    const names = ({ values }: ReturnType<typeof makePlan>) => values.map(({ field }) => field.field.name);
    const wanted = endpoint.fields.map(({ field }) => field.name).filter((name) => name in base);
    expect(names(makePlan(spec, model, base))).toEqual(wanted);
    expect(names(makePlan(spec, model, turned))).toEqual(wanted);
  });

  it('sends nothing that was not given', () => {
    const base = needed(call);
    const absent = Object.fromEntries(endpoint.fields.map(({ field }) => [field.name, undefined]));
    expect(makePlan(spec, model, { ...absent, ...base }).values).toHaveLength(
      Object.keys(base).length - (call.variant ? 1 : 0),
    );
  });

  it('refuses a name that is no option, and lists those that are', () => {
    const { code, message, hint } = refusal(spec, model, { ...needed(call), num_imges: 3 });
    expect([code, message]).toEqual(['bad_input', '"num_imges" is not an option.']);
    for (const { field } of endpoint.fields) expect(hint).toContain(field.name);
    for (const { name } of [...(spec.local ?? []), ...(spec.variants ?? [])]) expect(hint).toContain(name);
  });

  it('does not mind a wrong name without a value', () => {
    expect(() => makePlan(spec, model, { ...needed(call), num_imges: undefined })).not.toThrow();
  });

  if (model === undefined) return;

  it('knows its model in any spelling', () => {
    const typed = ` ${model.toLowerCase().replace(/_/g, '-')} `;
    expect(makePlan(spec, typed, needed(call)).model).toBe(model);
  });
});

describe('a switch that chooses an endpoint', () => {
  it.each([
    ['generate', 'transparent', { prompt: 'a fox' }],
    ['edit', 'whole', { image: 'a.png', prompt: 'x' }],
  ])('%s %s: no is another endpoint than yes, and what is neither is refused', (name, variant, base) => {
    const spec = specOf(name);
    const options = name === 'edit' ? { ...base, mask: 'm.png' } : base;
    expect(makePlan(spec, undefined, { ...options, [variant]: false }).endpoint.variant).toBeUndefined();
    expect(makePlan(spec, undefined, { ...base, [variant]: true }).endpoint.variant).toBe(variant);
    for (const typed of ['true', 1, null, {}]) {
      const { code, message } = refusal(spec, undefined, { ...options, [variant]: typed });
      expect([code, message]).toEqual(['bad_input', expect.stringContaining(`--${variant} does not take`)]);
    }
  });
});

describe('the model', () => {
  it('is the default one where none is given', () => {
    for (const spec of COMMANDS) {
      const call = CALLS.find((each) => each.spec === spec && each.model === spec.defaultModel) as Call;
      expect(makePlan(spec, undefined, needed(call)).model).toBe(spec.defaultModel);
    }
  });

  it('is refused where there is none to choose', () => {
    for (const spec of COMMANDS.filter(({ defaultModel }) => defaultModel === undefined)) {
      const call = CALLS.find((each) => each.spec === spec) as Call;
      const { code, message, hint } = refusal(spec, 'V_3', needed(call));
      expect([code, message]).toEqual(['bad_input', 'There are no models to choose from.']);
      expect(hint).toContain('--model');
    }
  });
});

describe('values of a plan', () => {
  const call = CALLS.find(({ title }) => title === 'generate V_4') as Call;
  const plan = makePlan(call.spec, 'V_4', { jsonPrompt: 'fox.json', seed: 5 });

  it('are found by name, and replaced without touching others', () => {
    const other = withValue(plan, 'jsonPrompt', { high_level_description: 'a fox' });
    expect(plannedValue(other, 'jsonPrompt')).toEqual({ high_level_description: 'a fox' });
    expect(plannedValue(other, 'seed')).toBe(5);
    expect(plannedValue(plan, 'jsonPrompt')).toBe('fox.json');
    expect(plannedValue(plan, 'resolution')).toBeUndefined();
    expect(isOperand(call, { name: 'prompt' })).toBe(true);
  });
});
