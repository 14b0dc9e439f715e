/**
 * What a player is to hear next: the song's stems where they are computed, the whole mix elsewhere,
 * crossed over without a click; from any place on, once or in a loop. It has no thread, ring or clock
 * of its own, so that it can be tested by itself.
 */

import type { LoopFrames } from "./messages.js";

export interface PlaybackMixOptions {
  readonly channelCount: number;
  readonly stemCount: number;
  readonly frameCount: number;
  /** The frame after each chunk's last, rising to `frameCount`. */
  readonly chunkEnds: readonly number[];
  /** Frames that a change between mix and stems takes. */
  readonly fadeFrames: number;
}

/** A chunk's stems. */
interface Stored {
  /** [stem * channelCount + channel] */
  readonly channels: readonly Float32Array[];
  /** Frames that are there; they come in order. */
  filled: number;
}

/** A piece of the song. */
interface Piece {
  readonly start: number;
  readonly channels: readonly Float32Array[];
}

export class PlaybackMix {
  #options: PlaybackMixOptions;
  readonly #pieces: Piece[] = [];
  readonly #chunks = new Map<number, Stored>();
  #loop: LoopFrames | undefined;
  #blend = 0;
  #position = 0;
  #mixed = false;

  constructor(options: PlaybackMixOptions) {
    this.#options = options;
  }

  /** The frame of the song that `fill` gives next. */
  get position(): number {
    return this.#position;
  }

  /** Whether anything but stems has been given since the last seek. */
  get mixed(): boolean {
    return this.#mixed;
  }

  /** Whether there is nothing after what was given. */
  get ended(): boolean {
    return this.#position === this.#options.frameCount && !this.#loopAt(this.#position);
  }

  set loop(loop: LoopFrames | undefined) {
    this.#loop = loop;
  }

  /** The song's next frames. Pieces follow one another without gaps. */
  addMix(start: number, channels: readonly Float32Array[]): void {
    this.#pieces.push({ start, channels });
  }

  /** The next stems of the chunk that holds `start`: [stem][channel][frame]. Kept as a copy. */
  addStems(start: number, stems: readonly (readonly Float32Array[])[]): void {
    const { channelCount } = this.#options;
    const frames = stems[0]?.[0]?.length ?? 0;
    for (let done = 0; done < frames; ) {
      const chunk = this.chunkAt(start + done);
      const [begin, end] = this.#bounds(chunk);
      const stored = this.#chunk(chunk, start + done === begin, end - begin);
      const count = Math.min(frames - done, end - start - done);
      stems.forEach((channels, s) => {
        channels.forEach((samples, c) => {
          const part = samples.subarray(done, done + count);
          stored.channels[s * channelCount + c]?.set(part, start + done - begin);
        });
      });
      stored.filled += count;
      done += count;
    }
  }

  /** Other chunks from now on; what there is of stems is kept where it makes a whole new chunk. */
  set chunkEnds(chunkEnds: readonly number[]) {
    const kept = chunkEnds.map((end, chunk) => this.read(chunkEnds[chunk - 1] ?? 0, end));
    this.#chunks.clear();
    this.#options = { ...this.#options, chunkEnds };
    kept.forEach((channels, chunk) => {
      const filled = channels?.[0]?.length ?? 0;
      if (channels) this.#chunks.set(chunk, { channels, filled });
    });
  }

  /**
   * Copies of the stems of the frames from `begin` to before `end`, [stem * channelCount + channel];
   * undefined where some of them are not ready.
   */
  read(begin: number, end: number): Float32Array<ArrayBuffer>[] | undefined {
    const { channelCount, stemCount } = this.#options;
    for (let at = begin; at < end; at = this.#bounds(this.chunkAt(at))[1]) {
      if (!this.isReady(this.chunkAt(at))) return undefined;
    }
    return Array.from({ length: channelCount * stemCount }, (_, c) => {
      const samples = new Float32Array(end - begin);
      for (let at = begin; at < end; ) {
        const chunk = this.chunkAt(at);
        const [first, last] = this.#bounds(chunk);
        const to = Math.min(last, end);
        const part = this.#chunks.get(chunk)?.channels[c]?.subarray(at - first, to - first);
        samples.set(part ?? [], at - begin);
        at = to;
      }
      return samples;
    });
  }

  drop(chunk: number): void {
    this.#chunks.delete(chunk);
  }

  isReady(chunk: number): boolean {
    const [begin, end] = this.#bounds(chunk);
    return this.#chunks.get(chunk)?.filled === end - begin;
  }

  chunkAt(frame: number): number {
    const index = this.#options.chunkEnds.findIndex((end) => frame < end);
    return index < 0 ? this.#options.chunkEnds.length - 1 : index;
  }

  /** Goes on at `frame`, at once with the stems if they are there. */
  seek(frame: number): void {
    this.#position = frame;
    this.#blend = frame < this.#options.frameCount && this.isReady(this.chunkAt(frame)) ? 1 : 0;
    this.#mixed = false;
  }

  /**
   * Writes the next frames into `out`: [stem][channel], then the mix's channels, and moves on.
   * @returns how many, which follow one another in the song; 0 at its end and where it has not come
   * in yet.
   */
  fill(out: readonly Float32Array[], limit: number): number {
    const loop = this.#loopAt(this.#position);
    if (loop && this.#position === loop.end) this.#position = loop.begin;
    const position = this.#position;
    if (position === this.#options.frameCount) return 0;
    const piece = this.#pieces.findLast(({ start }) => start <= position);
    const offset = position - (piece?.start ?? 0);
    const inPiece = (piece?.channels[0]?.length ?? 0) - offset;
    const chunk = this.chunkAt(position);
    const [begin, end] = this.#bounds(chunk);
    const count = Math.min(limit, inPiece, end - position, (loop?.end ?? end) - position);
    if (!piece || count <= 0) return 0;
    const stored = this.isReady(chunk) ? this.#chunks.get(chunk) : undefined;
    this.#render(out, count, { piece, offset, stored, begin });
    this.#position += count;
    return count;
  }

  #render(
    out: readonly Float32Array[],
    count: number,
    from: { piece: Piece; offset: number; stored: Stored | undefined; begin: number },
  ): void {
    const { channelCount, stemCount, fadeFrames } = this.#options;
    const { piece, offset, stored, begin } = from;
    const left = stored ? this.#stemsLeft(count + fadeFrames) : 0;
    const at = this.#position - begin;
    const stemChannels = stemCount * channelCount;
    for (let i = 0; i < count; i++) {
      const blend = this.#blend + (left - i > fadeFrames ? 1 : -1) / fadeFrames;
      this.#blend = stored ? Math.max(0, Math.min(1, blend)) : 0;
      if (this.#blend < 1) this.#mixed = true;
      for (let c = 0; c < stemChannels; c++) {
        const sample = this.#blend > 0 ? (stored?.channels[c]?.[at + i] as number) : 0;
        (out[c] as Float32Array)[i] = this.#blend * sample;
      }
      for (let c = 0; c < channelCount; c++) {
        const sample = piece.channels[c]?.[offset + i] as number;
        (out[stemChannels + c] as Float32Array)[i] = (1 - this.#blend) * sample;
      }
    }
  }

  /** Frames from here on that have stems; infinity where there are more than `enough`. */
  #stemsLeft(enough: number): number {
    const { frameCount } = this.#options;
    let left = 0;
    let place = this.#position;
    // A short loop comes round several times.
    while (left <= enough) {
      const loop = this.#loopAt(place);
      if (loop && place === loop.end) place = loop.begin;
      if (place === frameCount) return Number.POSITIVE_INFINITY;
      const chunk = this.chunkAt(place);
      if (!this.isReady(chunk)) return left;
      const next = Math.min(this.#bounds(chunk)[1], loop?.end ?? frameCount);
      left += next - place;
      place = next;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** The loop, if it is ahead of `frame` or ends there. */
  #loopAt(frame: number): LoopFrames | undefined {
    return this.#loop && frame <= this.#loop.end ? this.#loop : undefined;
  }

  #bounds(chunk: number): [begin: number, end: number] {
    const { chunkEnds } = this.#options;
    return [chunkEnds[chunk - 1] ?? 0, chunkEnds[chunk] ?? 0];
  }

  /** @param fresh whether its first frames come now: what is there of it was given up half way */
  #chunk(chunk: number, fresh: boolean, frames: number): Stored {
    const known = this.#chunks.get(chunk);
    if (known && !fresh) return known;
    const { channelCount, stemCount } = this.#options;
    const stored = {
      channels: Array.from({ length: channelCount * stemCount }, () => new Float32Array(frames)),
      filled: 0,
    };
    this.#chunks.set(chunk, stored);
    return stored;
  }
}
