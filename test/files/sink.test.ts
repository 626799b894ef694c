/** A download on its way to the disk: written in order, looked at when it is there, and never waited for without an end. */
import fileSystem from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openFileSink, type Sink } from '../../src/files/sink.js';

type Done = (error: Error | null, written: number) => void;

async function openSink(): Promise<{ folder: string; path: string; sink: Sink }> {
  const folder = await mkdtemp(join(tmpdir(), 'ideogram-sink-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'image.part');
  return { folder, path, sink: await openFileSink(path) };
}

/** What a disk does with a write, instead of the disk that is there. */
function replaceWrite(write: (descriptor: number, bytes: Uint8Array, done: Done) => void): void {
  const spy = vi.spyOn(fileSystem, 'write').mockImplementation(write as typeof fileSystem.write);
  syncBuiltinESMExports();
  onTestFinished(() => {
    spy.mockRestore();
    syncBuiltinESMExports();
  });
}

const chunkOf = (letter: string): Buffer => Buffer.alloc(50_000, letter);

describe('a sink', () => {
  it('takes the next chunk while one is written, and keeps their order', async () => {
    const { path, sink } = await openSink();
    const write = fileSystem.write as (descriptor: number, bytes: Uint8Array, done: Done) => void;
    const steps: string[] = [];
    // Half of each, and later than the next one has come.
    replaceWrite((descriptor, bytes, done) => {
      steps.push('begun');
      setImmediate(() =>
        write(descriptor, bytes.subarray(0, Math.ceil(bytes.length / 2)), (...result) => {
          steps.push('done');
          done(...result);
        }),
      );
    });
    await sink.write(chunkOf('a'));
    steps.push('taken');
    await sink.write(chunkOf('b'));
    const [first, last] = [await sink.source().read(0, 1), await sink.source().read(99_999, 1)];
    expect([String(first), String(last), sink.source().size]).toEqual(['a', 'b', 100_000]);
    expect(steps.slice(0, 3)).toEqual(['begun', 'taken', 'done']);
    await sink.finish();
    expect(await readFile(path, 'latin1')).toBe('a'.repeat(50_000) + 'b'.repeat(50_000));
  });

  it.each<[string, (sink: Sink) => Promise<unknown>]>([
    ['the next chunk', (sink) => sink.write(chunkOf('b'))],
    ['whoever looks at it', (sink) => sink.source().read(0, 1)],
    ['the end', (sink) => sink.finish()],
  ])('tells what failed to %s, and leaves nothing', async (_who, next) => {
    const { folder, sink } = await openSink();
    replaceWrite((_descriptor, _bytes, done) =>
      done(Object.assign(new Error('full'), { code: 'EDQUOT' }), 0),
    );
    await sink.write(chunkOf('a'));
    await expect(next(sink)).rejects.toMatchObject({ code: 'EDQUOT' });
    await sink.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not wait for ever for a disk that takes nothing and says nothing', async () => {
    const { sink } = await openSink();
    replaceWrite((_descriptor, _bytes, done) => done(null, 0));
    await sink.write(chunkOf('a'));
    await expect(sink.finish()).rejects.toMatchObject({ code: 'ENOSPC' });
    await sink.discard();
  });
});
