/** What tests of the live classes use in their page: recordings, signals, waits. */

export interface Recording {
  /** Frame of the context at which it starts. */
  startFrame: number;
  channels: Float32Array[];
}

export const sleep = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Waits until `condition` holds, and complains by name when it does not in time. */
export async function until(what: string, condition: () => boolean, seconds = 30): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await sleep(10);
  }
}

/** Records what an output of `node` plays, as a listener would hear it. */
export async function record(node: AudioNode, output = 0): Promise<() => Recording> {
  const { context } = node;
  await context.audioWorklet.addModule("/live_worklet.js");
  const recorder = new AudioWorkletNode(context, "test-recorder", {
    channelCount: 2,
    channelCountMode: "explicit",
  });
  const blocks: Recording[] = [];
  recorder.port.onmessage = ({ data }: MessageEvent<Recording>) => blocks.push(data);
  node.connect(recorder, output);
  // A recorder that leads nowhere might not be asked for samples.
  recorder.connect(context.destination);
  return () => {
    const startFrame = blocks[0]?.startFrame ?? 0;
    const last = blocks.at(-1);
    const length = last ? last.startFrame + (last.channels[0]?.length ?? 0) - startFrame : 0;
    const channels = [0, 1].map((channel) => {
      const samples = new Float32Array(length);
      for (const block of blocks) {
        samples.set(block.channels[channel] ?? [], block.startFrame - startFrame);
      }
      return samples;
    });
    return { startFrame, channels };
  };
}

/** Plays `channels` from frame `startFrame` of the context on. */
export function playAt(
  context: BaseAudioContext,
  channels: readonly Float32Array<ArrayBuffer>[],
  startFrame: number,
): AudioBufferSourceNode {
  const length = channels[0]?.length ?? 1;
  const { sampleRate } = context;
  const buffer = new AudioBuffer({ length, sampleRate, numberOfChannels: channels.length });
  channels.forEach((samples, channel) => {
    buffer.copyToChannel(samples, channel);
  });
  const source = new AudioBufferSourceNode(context, { buffer });
  source.start(startFrame / sampleRate);
  return source;
}

/** Keeps the main thread busy for 500 ms every 5 s. @returns the function that ends that */
export function blockMainThread(): () => void {
  const timer = setInterval(() => {
    const end = performance.now() + 500;
    while (performance.now() < end);
  }, 5000);
  return () => clearInterval(timer);
}

/** Signal-to-noise ratio in dB: 10 log10(sum of want² / sum of (want - got)²). */
export function snrDb(want: Float32Array, got: Float32Array): number {
  let signal = 0;
  let noise = 0;
  want.forEach((w, i) => {
    signal += w * w;
    noise += (w - (got[i] ?? Number.NaN)) ** 2;
  });
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
