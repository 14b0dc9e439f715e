/** What the examples of documents take for given: its type, and for those that run its value. */

export interface Given {
  readonly type: string;
  /** A JavaScript expression in a page; it may use what is given before it. */
  readonly value?: string;
}

/** A function of the reader's, which takes note that it was called. */
const noting = (name: string, type: string): Given => ({
  type,
  value: `() => { called.add("${name}"); }`,
});

const tone = "Float32Array.from({ length: 66150 }, (_, i) => Math.sin(i / 20) / 2)";
const model = '{ model: "spleeter-2stems", modelBase: "/models/" }';

export const given: Readonly<Record<string, Given>> = {
  audioContext: { type: "AudioContext", value: "new AudioContext({ sampleRate: 44100 })" },
  audioBuffer: {
    type: "AudioBuffer",
    value: `(() => {
      const buffer = new AudioBuffer({ numberOfChannels: 2, length: 66150, sampleRate: 44100 });
      for (const channel of [0, 1]) buffer.copyToChannel(${tone}, channel);
      return buffer;
    })()`,
  },
  file: {
    type: "File",
    value: `await (async () => {
      const { WaveEncoder, waveHeader } = await import("divisi/files");
      const shape = { sampleRate: 44100, channelCount: 1, bits: 16 };
      const samples = new WaveEncoder(shape).encode([${tone}], 0, 66150);
      return new File([waveHeader(shape, 66150), samples], "song.wav");
    })()`,
  },
  microphone: { type: "MediaStream", value: "streamOf(audioContext)" },
  separator: {
    type: 'import("divisi").Separator',
    value: `await (await import("divisi")).Separator.create(${model})`,
  },
  signal: { type: "AbortSignal", value: "new AbortController().signal" },
  tab: { type: "MediaStream", value: "streamOf(audioContext)" },
  delayVideoBy: noting("delayVideoBy", "(seconds: number) => void"),
  draw: noting(
    "draw",
    "(ready: readonly { start: number; end: number }[], duration: number) => void",
  ),
  play: noting("play", "(...stems: (readonly Float32Array[] | undefined)[]) => void"),
  schedule: noting(
    "schedule",
    "(frame: number, stems: Record<string, readonly Float32Array[]>) => void",
  ),
  save: noting("save", "(name: string, file: Blob) => void"),
  show: noting("show", "(tags: readonly { name: string }[], rows: readonly unknown[]) => void"),
  warn: noting("warn", "(load: number, underruns: number) => void"),
  // The streams that are given have no beats, so it need not be called.
  flash: { type: "(afterSeconds: number, accented: boolean) => void", value: "() => undefined" },
  a: { type: "AudioBuffer" },
  analyser: { type: 'import("divisi").Analyser' },
  analysis: { type: 'import("divisi").AnalysisResult' },
  click: { type: "(seconds: number, accented: boolean) => void" },
  audio: { type: "AudioBuffer" },
  collection: { type: 'import("divisi").Collection' },
  context: { type: "AudioContext" },
  plot: { type: "(seconds: number, value: number | Float32Array) => void" },
  result: { type: 'import("divisi").TagResult' },
  tabOrMicrophone: { type: "MediaStream" },
  tagger: { type: 'import("divisi").Tagger' },
  drums: { type: 'import("divisi").DrumTranscriber' },
  transcriber: { type: 'import("divisi").Transcriber' },
};

/** The names in `given` that an example uses and doesn't declare itself. */
export function missingIn(code: string): string[] {
  const declares = (name: string) =>
    new RegExp(`(const|let) (\\{[^}]*\\b${name}\\b[^}]*\\}|${name}\\b)`).test(code);
  return Object.keys(given).filter(
    (name) => new RegExp(`(?<![\\w.])${name}\\b(?!:)`).test(code) && !declares(name),
  );
}
