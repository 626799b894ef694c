/** The structured prompt that stands for what V4 would say about an image or make of a text; V4's generate takes it back. */

/** What is to be in it besides the composition. */
interface Parts {
  readonly boxes: boolean;
  readonly style: boolean;
  readonly tags: boolean;
}

const STYLE = {
  aesthetics: 'calm, layered, clear',
  art_style: 'flat vector illustration',
  lighting: 'low sun, soft glow',
  medium: 'digital drawing',
  color_palette: ['#2B2D5B', '#F4A27A', '#FFE3B0'],
};

/** `description` may be any text that is not empty. */
export function samplePrompt(description: string, { boxes, style, tags }: Parts): Record<string, unknown> {
  const box = (...bbox: readonly number[]): Record<string, unknown> => (boxes ? { bbox } : {});
  const elements = [
    {
      type: 'obj',
      ...box(380, 90, 620, 400),
      desc: 'a low sun with a wide glow',
      color_palette: ['#FFE3B0'],
    },
    { type: 'obj', ...box(560, 0, 1000, 1000), desc: 'hills one behind the other, firs on the nearest' },
    { type: 'text', ...box(20, 150, 90, 850), text: 'SANDBOX', desc: 'dotted letters on a dark band' },
  ];
  return {
    high_level_description: description,
    ...(style ? { style_description: STYLE } : {}),
    compositional_deconstruction: { background: 'an evening sky that fades to the horizon', elements },
    ...(tags ? { tags: ['landscape', 'evening', 'sandbox'] } : {}),
  };
}
