/** One call of the library: everything local is checked first, then it is sent, and what is answered is handed over. */
import { type ApiClient, createApiClient } from '../api/client.js';
import { callForImages, callForWords, type ImageCallAnswer, type WordsCallAnswer } from '../api/paid-call.js';
import type { Interrupts } from '../context.js';
import { readAttachments } from '../endpoints/attachments.js';
import type { CommandSpec } from '../endpoints/define.js';
import { makePlan, type Plan, plannedValue } from '../endpoints/plan.js';
import { type PreparedRequest, prepareRequest } from '../endpoints/request.js';
import { subjectOf } from '../endpoints/subject.js';
import type { JsonDocument } from '../endpoints/values.js';
import { type Call, readCall, requestEvents } from './call.js';
import type { CallOptions } from './options.js';
import type { ImagesResult, LayersResult, MagicPromptResult } from './results.js';
import { type Given, optionsGiven, refuseTypedForms, specForProgram } from './spec.js';
import { type LibraryWorld, sourcesOf } from './world.js';

/** A request that nothing local can fail any more. */
export interface PreparedCall {
  readonly request: PreparedRequest;
  /** What was chosen, and what is unusual about the images, in a sentence each. */
  readonly notes: readonly string[];
}

/**
 * The options of a call, checked against the API's rules; the images they name are not read yet.
 * @param spec from `specForProgram`
 * @throws CliError `bad_input`, `usage`
 */
export async function planCall(spec: CommandSpec, { model, ...given }: Given): Promise<Plan> {
  refuseTypedForms(spec, given);
  const plan = makePlan(spec, model === undefined ? undefined : String(model), given);
  const document = plannedValue(plan, 'jsonPrompt');
  if (document !== undefined) {
    const { checkJsonPrompt } = await import('../endpoints/json-prompt.js');
    checkJsonPrompt('jsonPrompt', document as JsonDocument);
  }
  return plan;
}

/**
 * Reads and checks the images of a plan, and makes its mask.
 * @throws CliError `bad_input`, `bad_file`, `cancelled`
 */
export async function prepareCall(
  world: LibraryWorld,
  plan: Plan,
  interrupts: Interrupts,
): Promise<PreparedCall> {
  const { images, warnings } = await readAttachments(sourcesOf(world, interrupts), plan);
  return { request: prepareRequest(plan, images), notes: [...plan.notes, ...plan.warnings, ...warnings] };
}

/**
 * Asks for images.
 * @throws CliError
 */
export async function askForImages(
  world: LibraryWorld,
  spec: CommandSpec,
  options: unknown,
  call: CallOptions | undefined,
): Promise<ImagesResult> {
  const { images, textBlocks: _, ...others } = await askForLayers(world, spec, options, call);
  return { ...others, images };
}

/**
 * Asks for a picture and the text in it.
 * @throws CliError
 */
export async function askForLayers(
  world: LibraryWorld,
  spec: CommandSpec,
  options: unknown,
  given?: CallOptions,
): Promise<LayersResult> {
  const call = readCall(given);
  const named = specForProgram(spec);
  const plan = await planCall(named, optionsGiven(named, options));
  const { request, notes } = await prepareCall(world, plan, call.interrupts);
  const kind = plan.endpoint.answer === 'layers' ? 'layers' : 'images';
  const api = clientOf(world, call);
  const answer: ImageCallAnswer = await callForImages(api, world.baseUrl, request, kind);
  const { created, requestId, images, textBlocks = [] } = answer;
  const prompt = plannedValue(plan, 'prompt') as string | undefined;
  return {
    prompt,
    model: plan.model,
    created,
    requestId,
    images,
    subject: subjectOf(plan),
    notes,
    textBlocks,
  };
}

function clientOf(world: LibraryWorld, call: Call, image?: number): ApiClient {
  return createApiClient({ ...world, interrupts: call.interrupts, onEvent: requestEvents(call, image) });
}

/**
 * Sends a request for words: what is in one image, or what becomes of one prompt.
 * @param image its place among those of `describe`
 */
export function sendForWords(
  world: LibraryWorld,
  { endpoint }: Plan,
  request: PreparedRequest,
  call: Call,
  image?: number,
): Promise<WordsCallAnswer> {
  const kind = endpoint.answer === 'descriptions' ? 'descriptions' : 'json-prompt';
  return callForWords(clientOf(world, call, image), world.baseUrl, request, kind);
}

/**
 * Asks for a structured prompt.
 * @throws CliError
 */
export async function askForPrompt(
  world: LibraryWorld,
  spec: CommandSpec,
  options: unknown,
  given?: CallOptions,
): Promise<MagicPromptResult> {
  const call = readCall(given);
  const named = specForProgram(spec);
  const plan = await planCall(named, optionsGiven(named, options));
  const { request } = await prepareCall(world, plan, call.interrupts);
  const { jsonPrompt = {}, aspectRatio, requestId } = await sendForWords(world, plan, request, call);
  return {
    prompt: String(plannedValue(plan, 'prompt')),
    model: plan.model,
    requestId,
    jsonPrompt,
    aspectRatio,
  };
}
