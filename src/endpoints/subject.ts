/** What files are named by where the user chose no name: the prompt of a picture; the image that was worked on, and how. */
import { type Plan, plannedValue } from './plan.js';

/** In words; `slugify` makes a name of it. */
export function subjectOf(plan: Plan): string {
  const { operand, name } = plan.spec;
  const value = plannedValue(plan, operand.field);
  if (operand.field === 'prompt') {
    const summary = (plannedValue(plan, 'jsonPrompt') as { high_level_description?: string } | undefined)
      ?.high_level_description;
    return String(value ?? summary ?? name);
  }
  const source = String(value).replace(/[?#].*$/, '');
  const stem = source === '-' ? 'image' : (/([^/\\]*?)(?:\.[^./\\]*)?[/\\]*$/.exec(source)?.[1] ?? '');
  return `${stem} ${name}`;
}
