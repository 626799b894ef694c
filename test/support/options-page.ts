/** Writes docs/options.md from the endpoint data: the page cannot differ from the program. */
import type { CommandSpec, EndpointField, Field } from '../../src/endpoints/define.js';
import { fieldsOf, labelOf, modelsOf, modelsThatTake } from '../../src/endpoints/plan.js';
import { spellChoices } from '../../src/endpoints/values.js';

/** The page for a command, as Markdown. */
export function optionsPage(spec: CommandSpec): string {
  const fields = fieldsOf(spec).filter((field) => field.flags !== undefined);
  return [
    `# Options of \`ideogram ${spec.name}\``,
    'Written by `npx vitest run test/docs.test.ts -u` from `src/endpoints/`; do not edit it by hand.',
    `Models: ${modelsOf(spec).join(', ')}. Default: ${spec.defaultModel}. Any case and any separators will do: \`v2-turbo\` is \`V_2_TURBO\`.`,
    'An option that the model does not take is refused before anything is sent. What is not typed is not sent: the API then uses its default.',
    ...fields.map((field) => section(spec, field)),
  ]
    .join('\n\n')
    .concat('\n');
}

function section(spec: CommandSpec, field: Field): string {
  const models = modelsThatTake(spec, field.name);
  const all = models.length === modelsOf(spec).length;
  const facts = [
    `- Models: ${all ? 'all' : models.join(', ')}`,
    ...(field.apiDefault ? [`- Default of the API: ${field.apiDefault}`] : []),
    ...(field.conflicts ? [`- Not together with ${conflictsOf(spec, field).join(', ')}`] : []),
    ...valueLines(spec, field),
  ];
  return [
    `## \`${field.flags}\``,
    `${field.help[0]?.toUpperCase()}${field.help.slice(1)}.`,
    facts.join('\n'),
  ].join('\n\n');
}

function conflictsOf(spec: CommandSpec, field: Field): string[] {
  const others = fieldsOf(spec).filter(({ name }) => field.conflicts?.includes(name));
  return others.map((other) => `\`${labelOf(other)}\``);
}

/** A line for each endpoint that takes other values than the one before. */
function valueLines(spec: CommandSpec, field: Field): string[] {
  const taken = spec.endpoints.flatMap((endpoint) => {
    const own = endpoint.fields.find((candidate) => candidate.field === field);
    return own ? [{ own, models: own.models ?? endpoint.models }] : [];
  });
  const values = taken.map(({ own, models }) => ({ text: describe(own), models }));
  const same = values.every(({ text }) => text === values[0]?.text);
  if (same) return values[0]?.text ? [`- Values: ${values[0].text}`] : [];
  return values.map(({ text, models }) => `- Values for ${models.join(', ')}: ${text}`);
}

function describe({ type }: EndpointField): string {
  switch (type.kind) {
    case 'integer':
      return `a whole number from ${type.min} to ${type.max}`;
    case 'choice':
      return spellChoices(type).join(', ');
    case 'text':
      return type.form ? `\`${type.form}\`` : '';
    case 'text-list':
      return type.form;
    case 'switch':
      return 'none; `--no-` before its name sends the opposite';
    case 'palette':
      return `${type.presets.join(', ')}; or 1 to ${type.maxMembers} colours \`#RGB\` or \`#RRGGBB\`, each with a weight from ${type.minWeight} to ${type.maxWeight} (\`"#FF6600:0.7,#003366"\`); or JSON (\`{"members":[{"color_hex":"#FF6600","color_weight":0.7}]}\`)`;
    case 'images':
      return `a JPEG, PNG or WebP file of at most 25 MB${type.maxCount === 1 ? '' : '; may be repeated, 50 MB in all'}`;
  }
}
