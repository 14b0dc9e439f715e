/** A page that separates live what it plays, and plays a song whose stems are computed meanwhile. */

import * as divisi from "divisi";

const sampleRate = 44100;
/** What keeps a page's main thread busy in life, made regular: so long every so often. */
const blockedMilliseconds = 500;
const blockedEvery = 5000;

export interface LiveSetting {
  readonly model: string;
  readonly variant: divisi.Variant;
  readonly latency: divisi.LiveLatency;
  readonly seconds: number;
}

export interface LiveResult {
  readonly latency: number;
  readonly underruns: number;
  readonly missingSeconds: number;
  /** Seconds of computing for a second of sound: of each stretch of some seconds. */
  readonly loads: readonly number[];
  readonly memory: number;
}

export interface PlayerResult {
  /** Seconds from `load` to the first sound, and to the first stems that are heard. */
  readonly sound: number;
  readonly stems: number;
  /** Seconds of the song that are computed a second, while it plays. */
  readonly speed: number;
  readonly underruns: number;
}

const sleep = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

function blockMainThread(): () => void {
  const timer = setInterval(() => {
    const end = performance.now() + blockedMilliseconds;
    while (performance.now() < end);
  }, blockedEvery);
  return () => clearInterval(timer);
}

async function song(context: BaseAudioContext): Promise<AudioBuffer> {
  return context.decodeAudioData(await (await fetch("/sample/song.ogg")).arrayBuffer());
}

const live = {
  /** Separates the sample song over and over, with a busy main thread. */
  async separate({ model, variant, latency, seconds }: LiveSetting): Promise<LiveResult> {
    const context = new AudioContext({ sampleRate });
    const separator = await divisi.LiveSeparator.create(context, {
      model: new URL(model, location.href),
      variant,
      latency,
      cache: false,
    });
    separator.node.connect(context.destination);
    const source = new AudioBufferSourceNode(context, { buffer: await song(context), loop: true });
    source.connect(separator.node);
    source.start();
    const unblock = blockMainThread();
    const loads: number[] = [];
    const begin = context.currentTime;
    while (context.currentTime - begin < seconds) {
      await sleep(4000);
      if (separator.load > 0) loads.push(separator.load);
    }
    unblock();
    const { underruns, missingSeconds } = separator;
    const { wasmMemoryBytes } = await separator.inspect();
    const result = {
      latency: separator.latency,
      underruns,
      missingSeconds,
      loads,
      memory: wasmMemoryBytes,
    };
    separator.close();
    await context.close();
    return result;
  },

  /** Plays the sample song from a standing start until all its stems are there. */
  async play(model: string, variant: divisi.Variant): Promise<PlayerResult> {
    const context = new AudioContext({ sampleRate });
    const buffer = await song(context);
    const player = await divisi.StemPlayer.create(context, {
      model: new URL(model, location.href),
      variant,
      cache: false,
    });
    player.node.connect(context.destination);
    const start = performance.now();
    const since = () => (performance.now() - start) / 1000;
    await player.load(buffer);
    await player.play();
    while (player.currentTime < 0.01) await sleep(5);
    const sound = since();
    while (!player.ready.some(({ end }) => end > player.currentTime)) await sleep(5);
    const stems = since();
    while ((player.ready[0]?.end ?? 0) < player.duration) await sleep(50);
    const { computingSpeed: speed, underruns } = player;
    player.close();
    await context.close();
    return { sound, stems, speed, underruns };
  },
};

export type Live = typeof live;
Object.assign(globalThis, { live });
