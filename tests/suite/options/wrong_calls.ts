/**
 * Every public function of `divisi` and `divisi/files`, called as nobody should: without what it needs,
 * and with values of the wrong kind. A function that isn't in the table fails the test that reads it.
 */

import type * as Divisi from "divisi";
import type * as Files from "divisi/files";

type Call = () => unknown;

/** Calls by the name of a function, a class ("new X"), a static ("X.y") or a method ("X#y"). */
export type WrongCalls = Readonly<Record<string, readonly Call[]>>;

/** Those that take nothing, or anything: there is no wrong way to call them. */
export const cannotBeWrong = [
  "supportedVariants",
  "Collection.create",
  "Collection#get",
  "Collection#remove",
  "Collection#clear",
  "Collection#export",
  ...[
    "Analyser",
    "LiveAnalyser",
    "LiveSeparator",
    "LiveTagger",
    "LiveTranscriber",
    "DrumTranscriber",
    "Meter",
    "Separator",
    "Tagger",
    "Transcriber",
  ].map((name) => `${name}#inspect`),
  "LiveAnalyser#stopClick",
  "LiveTranscriber#disconnectMidi",
  "StemPlayer#pause",
  "StemPlayer#unload",
  "FlacEncoder#finish",
  "FlacEncoder#free",
];

// biome-ignore lint/suspicious/noExplicitAny: what these calls are given is wrong on purpose.
type Any = any;

/** No options at all, and others that are no object. */
const noObjects: readonly Any[] = [null, 42, "text", true];
/** What every call with options may be given wrongly. */
const wrongOptions: readonly Any[] = [
  ...noObjects,
  { signal: 42 },
  { signal: {} },
  { onProgress: "often" },
];
const wrongEngine: readonly Any[] = [
  ...wrongOptions,
  { variant: "mmx" },
  { maxMemoryBytes: "much" },
  { wasmBase: 42 },
  { wasmBase: "http://" },
  { workerUrl: 42 },
  { workerUrl: "http://" },
];
const wrongModel: readonly Any[] = [
  undefined,
  {},
  { model: null },
  { model: 42 },
  { model: {} },
  { model: "http://" },
  { model: "x.bin", sha256: 42 },
  { model: "x.bin", cache: "no" },
  { model: "spleeter-2stems", modelBase: 42 },
  { model: "spleeter-2stems", modelBase: "http://" },
  ...wrongEngine.map((options) =>
    typeof options === "object" && options ? { model: "x.bin", ...options } : options,
  ),
];
const wrongAudio: readonly Any[] = [
  ...[undefined, ...noObjects, {}, [], () => 0],
  { sampleRate: 44100 },
  { sampleRate: 44100, channels: 42 },
  { sampleRate: 44100, channels: [null] },
  { sampleRate: 44100, channels: [[0]] },
  { sampleRate: "44100", channels: [new Float32Array(1)] },
];

const each = (values: readonly Any[], call: (value: Any) => unknown): Call[] =>
  values.map((value) => () => call(value));
const song = { sampleRate: 44100, channels: [new Float32Array(1000)] };

/** What needs nothing that was made before. */
export function wrongFunctions(divisi: typeof Divisi): WrongCalls {
  const { sectionText, analysisFiles } = divisi as Any;
  const from = { file: "a.mp3", version: "1" };
  return {
    loadModel: each(wrongModel, (options) => divisi.loadModel(options)),
    decode: [
      ...each([undefined, ...noObjects, {}], (file) => divisi.decode(file)),
      ...each([...wrongOptions.slice(0, 6), { onFormat: 1 }, { findRate: 1 }], (options) =>
        divisi.decode(new Blob(["RIFF"]), options),
      ),
    ],
    toAudioBuffer: each(wrongAudio, (audio) => divisi.toAudioBuffer(audio)),
    encodeWave: [
      ...each(wrongAudio, (audio) => divisi.encodeWave(audio)),
      ...each([...noObjects, { bits: 20 }], (options) => divisi.encodeWave(song, options)),
    ],
    analysisFiles: [
      ...each([undefined, ...noObjects, { beats: 42 }, { key: {} }], (found) =>
        analysisFiles(found, "lab", from),
      ),
      ...each([undefined, null, "xml"], (format) => analysisFiles({}, format, from)),
      ...each([undefined, null, {}, { file: 1 }], (about) => analysisFiles({}, "lab", about)),
    ],
    sectionText: each([undefined, ...noObjects, {}], (section) => sectionText(section)),
    "Separator.create": [
      ...each([...wrongModel, { model: "x.bin", workers: "many" }], (o) =>
        divisi.Separator.create(o),
      ),
    ],
    "Tagger.create": each(wrongModel, (options) => divisi.Tagger.create(options)),
    "Meter.create": each(wrongEngine, (options) => divisi.Meter.create(options)),
    "Analyser.create": each(
      [...wrongEngine, { parts: [] }, { parts: "beats" }, { parts: ["lyrics"] }, { models: 42 }],
      (options) => divisi.Analyser.create(options),
    ),
    "DrumTranscriber.create": each([...wrongEngine, { model: 42 }, { model: {} }], (options) =>
      divisi.DrumTranscriber.create(options),
    ),
    "Transcriber.create": each([...wrongEngine, { model: 42 }, { model: {} }], (options) =>
      divisi.Transcriber.create(options),
    ),
    noteFile: [
      ...each([undefined, ...noObjects, {}, [null], [{}]], (notes) =>
        divisi.noteFile(notes, "midi"),
      ),
      ...each([undefined, null, "xml"], (format) => divisi.noteFile([], format)),
      ...each([...noObjects, { bends: 1 }, { tempo: 0 }], (options) =>
        divisi.noteFile([], "midi", options),
      ),
    ],
    drumFile: [
      ...each([undefined, ...noObjects, {}, [null], [{}]], (hits) => divisi.drumFile(hits, "midi")),
      ...each([undefined, null, "xml"], (format) => divisi.drumFile([], format)),
      ...each([...noObjects, { tempo: 0 }, { tempo: "120" }], (options) =>
        divisi.drumFile([], "midi", options),
      ),
    ],
    oneVoice: each([undefined, ...noObjects, {}, [null], [{}]], (notes) => divisi.oneVoice(notes)),
    scoreFile: [
      ...each([undefined, ...noObjects, { beats: 42 }], (found) => divisi.scoreFile(found, [])),
      ...each(
        [undefined, ...noObjects, {}, [null], [{ name: "a" }], [{ notes: [] }], [{ hits: [] }]],
        (parts) => divisi.scoreFile({ durationSeconds: 1 }, parts),
      ),
      ...each([...noObjects, { grid: 0 }, { grid: 1.5 }, { grid: "4" }], (options) =>
        divisi.scoreFile({ durationSeconds: 1 }, [], options),
      ),
    ],
    leadSheet: [
      ...each([undefined, ...noObjects, { beats: 42 }], (found) => divisi.leadSheet(found, [])),
      ...each([undefined, ...noObjects, {}, [null], [{}]], (notes) =>
        divisi.leadSheet({ durationSeconds: 1 }, notes),
      ),
      ...each([...noObjects, { grid: 5 }, { title: 4 }, { name: [] }], (options) =>
        divisi.leadSheet({ durationSeconds: 1 }, [], options),
      ),
    ],
    sampleInstrument: [
      ...each(wrongAudio, (audio) => divisi.sampleInstrument(audio, [])),
      ...each([undefined, ...noObjects, {}, [null], [{}]], (notes) =>
        divisi.sampleInstrument(song, notes),
      ),
      ...each([...noObjects, { loop: "always" }, { maxSeconds: 0 }], (options) =>
        divisi.sampleInstrument(song, [], options),
      ),
    ],
    sampleDrumKit: [
      ...each(wrongAudio, (audio) => divisi.sampleDrumKit(audio, [])),
      ...each([undefined, ...noObjects, {}, [null], [{}]], (hits) =>
        divisi.sampleDrumKit(song, hits),
      ),
      ...each([...noObjects, { layers: 0 }, { layers: "3" }, { maxSeconds: 99 }], (options) =>
        divisi.sampleDrumKit(song, [], options),
      ),
    ],
    sfzFile: [
      ...each([undefined, ...noObjects, {}, { regions: [null] }], (made) => divisi.sfzFile(made)),
      ...each([null, 42, {}], (samplesFolder) =>
        divisi.sfzFile({ kind: "drums", regions: [] } as Any, samplesFolder),
      ),
    ],
    "Collection.open": each([undefined, ...noObjects, {}, { name: 42 }], (options) =>
      divisi.Collection.open(options),
    ),
    "Collection.delete": each([undefined, null, 42, ""], (name) => divisi.Collection.delete(name)),
    ...wrongCollection(divisi),
  };
}

function wrongCollection({ Collection, PersonalTags }: typeof Divisi): WrongCalls {
  const collection = Collection.create();
  const tags = new PersonalTags();
  const music = { id: "a", model: "m", embedding: Float32Array.of(1) };
  const noTags = [undefined, null, 42, "", {}];
  return {
    "Collection#add": each(
      [undefined, ...noObjects, {}, [null], { ...music, tags: 42 }, { ...music, tags: [null] }],
      (track) => collection.add(track),
    ),
    "Collection#find": each(
      [undefined, ...noObjects, {}, { like: null }, { tags: 42 }, { tempo: 120 }, { key: 42 }],
      (query) => collection.find(query),
    ),
    "Collection#import": [
      ...each([undefined, null, 42, {}], (document) => collection.import(document)),
      ...each([...noObjects, { replace: "yes" }], (options) => collection.import("{}", options)),
    ],
    "PersonalTags#mark": [
      ...each(noTags, (tag) => tags.mark(tag, music, true)),
      ...each([undefined, null, 42, {}], (marked) => tags.mark("tag", marked, true)),
      ...each([undefined, null, "yes"], (fits) => tags.mark("tag", music, fits)),
    ],
    "PersonalTags#unmark": each(noTags, (tag) => tags.unmark(tag, "a")),
    "PersonalTags#remove": each(noTags, (tag) => tags.remove(tag)),
    "PersonalTags#examples": each(noTags, (tag) => tags.examples(tag)),
    "PersonalTags#status": each(noTags, (tag) => tags.status(tag)),
    "PersonalTags#score": each(noTags, (tag) => tags.score(tag, [1])),
  };
}

/** `divisi/files`. */
export function wrongFiles(files: typeof Files): WrongCalls {
  const shape = { sampleRate: 44100, channelCount: 1, bits: 16 } as const;
  const shapes: readonly Any[] = [
    ...[undefined, ...noObjects, {}],
    { ...shape, sampleRate: Number.NaN },
    { ...shape, channelCount: 0 },
    { ...shape, bits: 8 },
  ];
  const wave = new files.WaveEncoder(shape);
  const frames = (encoder: { encode: Any }) => [
    ...each([undefined, null, 42, [], [[0]], [null]], (channels) => encoder.encode(channels, 0, 1)),
    ...each([undefined, -1, 0.5, 2000], (to) => encoder.encode(song.channels, 0, to)),
  ];
  return {
    "new WaveEncoder": each(shapes, (wrong) => new files.WaveEncoder(wrong)),
    "WaveEncoder#encode": frames(wave),
    waveHeader: [
      ...each(shapes, (wrong) => files.waveHeader(wrong, 1)),
      ...each([undefined, null, -1, 0.5], (count) => files.waveHeader(shape, count)),
    ],
    "new FlacEncoder": [
      ...each([undefined, null, 42, {}], (flac) => new files.FlacEncoder(flac, shape, "a.flac")),
      ...each(shapes, (wrong) => new files.FlacEncoder(noFlac, wrong, "a.flac")),
    ],
    "FlacEncoder#encode": frames(Object.assign(new files.FlacEncoder(noFlac, shape, "a.flac"))),
    csvRow: each([undefined, null, 42, [null], [{}]], (fields) => files.csvRow(fields)),
    encodeWave: each(wrongAudio, (audio) => files.encodeWave(audio)),
  };
}

/** libflacjs as far as an encoder is made by it: what is refused never comes to it. */
const noFlac = {
  create_libflac_encoder: () => 1,
  init_encoder_stream: () => 0,
} as Any;

/** What was made before: by a model of vocals and accompaniment, but the analyser and the meter. */
export interface Made {
  readonly separator: Divisi.Separator;
  readonly tagger: Divisi.Tagger;
  readonly meter: Divisi.Meter;
  readonly analyser: Divisi.Analyser;
  readonly transcriber: Divisi.Transcriber;
  readonly drums: Divisi.DrumTranscriber;
}

export function wrongMethods(made: Made): WrongCalls {
  const { separator, tagger, meter, analyser, transcriber, drums } = made;
  const first = (stream: AsyncGenerator<unknown>) => stream.next();
  const store = { has: () => true, read: async () => ({}), add: () => undefined } as Any;
  const separating = [
    ...wrongOptions,
    ...[{ stems: 42 }, { stems: ["drums"] }, { stems: null }, { mode: 1 }, { quality: null }],
  ];
  const transcribing = [
    ...wrongOptions,
    ...[{ sensitivity: 2 }, { minPitch: 0 }, { maxPitch: "a" }, { mode: 1 }],
  ];
  const tagging = [...wrongOptions, { hopSeconds: "1" }, { hopSeconds: -1 }];
  return {
    "Separator#separate": [
      ...each(wrongAudio, (audio) => separator.separate(audio)),
      ...each(separating, (options) => separator.separate(song, options)),
      () => separator.separate({ sampleRate: 44100, channelCount: 1, blocks: [] } as Any),
    ],
    "Separator#stream": [
      ...each(wrongAudio, (audio) => first(separator.stream(audio))),
      ...each(separating, (options) => first(separator.stream(song, options))),
    ],
    "Separator#separateInto": [
      ...each([undefined, ...noObjects, {}], (kept) => separator.separateInto(kept, song)),
      ...each(wrongAudio, (audio) => separator.separateInto(store, audio)),
      ...each(wrongOptions, (options) => separator.separateInto(store, song, options)),
    ],
    "Tagger#tag": [
      ...each(wrongAudio, (audio) => tagger.tag(audio)),
      ...each(tagging, (options) => tagger.tag(song, options)),
    ],
    "Tagger#stream": [
      ...each(wrongAudio, (audio) => first(tagger.stream(audio))),
      ...each(tagging, (options) => first(tagger.stream(song, options))),
    ],
    "Meter#measure": [
      ...each(wrongAudio, (audio) => meter.measure(audio)),
      ...each(wrongOptions, (options) => meter.measure(song, options)),
    ],
    "Meter#stream": [
      ...each(wrongAudio, (audio) => first(meter.stream(audio))),
      ...each(wrongOptions, (options) => first(meter.stream(song, options))),
    ],
    "Analyser#analyse": [
      ...each(wrongAudio, (audio) => analyser.analyse(audio)),
      ...each(
        [
          ...wrongOptions,
          { stems: 42 },
          { stems: { vocals: 42 } },
          { parts: ["beats"] },
          { parts: 1 },
          { onPart: 1 },
        ],
        (options) => analyser.analyse(song, options),
      ),
    ],
    "DrumTranscriber#transcribe": [
      ...each(wrongAudio, (audio) => drums.transcribe(audio)),
      ...each([...wrongOptions, { sensitivity: 2 }], (options) => drums.transcribe(song, options)),
    ],
    "DrumTranscriber#stream": [
      ...each(wrongAudio, (audio) => first(drums.stream(audio))),
      ...each([...wrongOptions, { sensitivity: "1" }], (options) =>
        first(drums.stream(song, options)),
      ),
    ],
    "Transcriber#transcribe": [
      ...each(wrongAudio, (audio) => transcriber.transcribe(audio)),
      ...each(transcribing, (options) => transcriber.transcribe(song, options)),
    ],
    "Transcriber#stream": [
      ...each(wrongAudio, (audio) => first(transcriber.stream(audio))),
      ...each(transcribing, (options) => first(transcriber.stream(song, options))),
    ],
  };
}

/** What was made in a page. */
export interface MadeLive {
  readonly player: Divisi.StemPlayer;
  readonly separator: Divisi.LiveSeparator;
  readonly analyser: Divisi.LiveAnalyser;
  readonly transcriber: Divisi.LiveTranscriber;
}

const noStems = [undefined, null, 42, "drums"];

/** Where there is Web Audio. @param player has a song */
export function wrongLive(
  { LiveAnalyser, LiveSeparator, LiveTagger, LiveTranscriber, StemPlayer }: typeof Divisi,
  context: BaseAudioContext,
  { player, separator, analyser, transcriber }: MadeLive,
): WrongCalls {
  const wrongLive = [
    ...wrongModel,
    { model: "x.bin", channelCount: 9 },
    { model: "x.bin", transport: "pigeon" },
    { model: "x.bin", workletUrl: 42 },
  ];
  const contexts: readonly Any[] = [undefined, null, 42, {}];
  const options = { model: "x.bin" };
  return {
    "LiveSeparator.create": [
      ...each([...wrongLive, { model: "x.bin", headroomSeconds: "1" }], (wrong) =>
        LiveSeparator.create(context, wrong),
      ),
      ...each(contexts, (wrong) => LiveSeparator.create(wrong, options)),
    ],
    "LiveTagger.create": [
      ...each([...wrongLive, { model: "x.bin", historySeconds: "1" }], (wrong) =>
        LiveTagger.create(context, wrong),
      ),
      ...each(contexts, (wrong) => LiveTagger.create(wrong, options)),
    ],
    "LiveAnalyser.create": [
      ...each([...wrongEngine, { leadSeconds: "1" }, { beatsPerBar: {} }, { click: 42 }], (wrong) =>
        LiveAnalyser.create(context, wrong),
      ),
      ...each(contexts, (wrong) => LiveAnalyser.create(wrong)),
    ],
    "LiveAnalyser#startClick": each(
      [...noObjects, { gain: 2 }, { destination: 42 }, { offsetSeconds: "1" }],
      (wrong) => analyser.startClick(wrong),
    ),
    "LiveTranscriber.create": [
      ...each(wrongEngine, (wrong) => LiveTranscriber.create(context, wrong)),
      ...each([{ minPitch: "60" }, { minPitch: 1 }, { maxPitch: 200 }], (wrong) =>
        LiveTranscriber.create(context, { modelBase: "/models/", ...wrong }),
      ),
      ...each(contexts, (wrong) => LiveTranscriber.create(wrong)),
    ],
    "LiveTranscriber#connectMidi": [
      ...each([undefined, null, 42, {}], (wrong) => transcriber.connectMidi(wrong)),
      ...each([...noObjects, { channel: 0 }, { channel: "1" }, { bends: 1 }], (wrong) =>
        transcriber.connectMidi({ send: () => undefined }, wrong),
      ),
    ],
    "StemPlayer.create": [
      ...each(
        [
          ...wrongLive,
          { model: "x.bin", stems: "vocals" },
          { model: "x.bin", stems: [] },
          { model: "x.bin", maxStemBytes: "much" },
          { model: "x.bin", quality: "best" },
          { model: "x.bin", workers: 0 },
        ],
        (wrong) => StemPlayer.create(context, wrong),
      ),
      ...each(contexts, (wrong) => StemPlayer.create(wrong, options)),
    ],
    ...wrongStems("LiveSeparator", separator),
    ...wrongStems("StemPlayer", player),
    "StemPlayer#currentTime=": each([undefined, null, Number.NaN, "1"], (wrong) => {
      player.currentTime = wrong;
    }),
    "StemPlayer#volume=": each([undefined, null, 2, "1"], (wrong) => {
      player.volume = wrong;
    }),
    "StemPlayer#loop=": each([undefined, null, 1, {}, { start: 1, end: 0 }], (wrong) => {
      player.loop = wrong;
    }),
    "StemPlayer#wholeSong=": each([null, 1, "yes"], (wrong) => {
      player.wholeSong = wrong;
    }),
    "StemPlayer#play": each([...noObjects, { at: "now" }], (wrong) => player.play(wrong)),
    "StemPlayer#stemBlocks": each([...noObjects, { signal: 42 }], (wrong) =>
      player.stemBlocks(wrong).next(),
    ),
    // (Last: what is wrong with a song or its options leaves none.)
    "StemPlayer#load": [
      ...each([undefined, null, 42, {}, "http://"], (source) => player.load(source)),
      ...each(
        [
          ...noObjects,
          { signal: 42 },
          { stems: 42 },
          { stems: {} },
          { media: 42 },
          { media: { title: 1 } },
        ],
        (wrong) => player.load({ sampleRate: 44100, channels: [new Float32Array(1000)] }, wrong),
      ),
    ],
  };
}

function wrongStems(name: string, stems: Divisi.StemPlayer | Divisi.LiveSeparator): WrongCalls {
  const methods = ["gain", "mute", "solo", "audible"] as const;
  return Object.fromEntries(
    methods.map((method) => [
      `${name}#${method}`,
      [
        ...each(noStems, (stem) => stems[method](stem)),
        ...(method === "mute" || method === "solo"
          ? each([null, 1, "on"], (on) => stems[method]("vocals", on))
          : []),
      ],
    ]),
  );
}
