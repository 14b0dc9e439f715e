/**
 * Every English sentence of the page, here and in panel_strings.ts, which comes with the panels and
 * dialogs: a translation replaces both files.
 */

/** Stems that many models have, where a name of its own reads better than the model's. */
const stemNames: Readonly<Record<string, string>> = {
  vocals: "Vocals",
  accompaniment: "Accompaniment",
  drums: "Drums",
  bass: "Bass",
  guitar: "Guitar",
  piano: "Piano",
  other: "Other instruments",
};

/** Of index.html, put in by the build. */
export const documentStrings = {
  title: "divisi · hear what is inside a song",
  description:
    "Splits songs into stems and tags them on your own device: private, offline, in the browser.",
  unsupported:
    "divisi needs WebAssembly SIMD, which this browser does not have. Please open this page in Chrome 91, Edge 91, Firefox 89, Safari 16.4 or anything newer.",
  noscript: "divisi computes everything in your browser. Please allow scripts for this page.",
} as const;

export const strings = {
  app: {
    name: "divisi",
    home: "divisi, to the start",
    about: "About this page",
    songs: "Songs",
    addSongs: "Add songs",
    skip: "Skip to the song",
    theme: {
      light: "Use light colours",
      dark: "Use dark colours",
    },
    panelFailed: "This part of the page did not load. Reload the page to try again.",
  },

  landing: {
    headline: ["Hear what is", "inside a song."],
    lead: "Take music apart, mix its parts while they are computed, find out what it sounds like, and take it all with you.",
    drop: "Drop songs here",
    dropNow: "Let go to add them",
    formats: "WAV, AIFF, FLAC, MP3, Ogg, M4A: and whatever else your browser plays",
    choose: "Choose files",
    sample: "Try the sample",
    facts: [
      ["Private", "Your music stays on this device. There is no server to send it to."],
      ["Offline", "After this visit it works without a network: pull the plug and try."],
      ["Open", "Open source, with models whose licences and limits are on the table."],
    ],
  },

  recorder: {
    start: "Record",
    stop: (time: string) => `Stop recording, ${time}`,
    asking: "Waiting for the microphone …",
  },

  song: {
    silent: "silent",
    stages: {
      waiting: "Waiting its turn",
      decoding: "Reading the file",
      loading: "Getting the model ready",
      computing: "Separating",
      done: "Ready",
      cancelled: "Cancelled",
      failed: "Failed",
    },
    share: (percent: number) => `${percent} %`,
    speed: (factor: string) => `${factor}× as fast as it plays`,
    left: (time: string) => `${time} left`,
    fetching: (model: string, done: string, total: string) =>
      `Fetching ${model}: ${done} of ${total}`,
    cancel: (name: string) => `Cancel ${name}`,
    remove: (name: string) => `Remove ${name}`,
    retry: (name: string) => `Try ${name} again`,
    chooseModel: "Choose another model",
    progress: (name: string) => `Progress of ${name}`,
    announce: (name: string, state: string) => `${name}: ${state}`,
  },

  studio: {
    transport: "Player",
    play: "Play",
    pause: "Pause",
    toStart: "To the start",
    position: "Position",
    positionOf: (now: string, all: string) => `${now} of ${all}`,
    loop: "Loop",
    loopHint: "Drag across the waveforms to choose what is repeated",
    loopRange: (start: string, end: string) => `${start} to ${end}`,
    loopStart: "Start of the loop",
    loopEnd: "End of the loop",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    zoomAll: "Show the whole song",
    spectrogram: "Spectrogram",
    keys: "Keyboard",
    model: (title: string) => `Model: ${title}. Choose another`,
    modelGone: "A deleted model",
    mix: "Mix",
    stem: (name: string) => stemNames[name] ?? name.charAt(0).toUpperCase() + name.slice(1),
    solo: (stem: string) => `Hear only ${stem.toLowerCase()}`,
    mute: (stem: string) => `Mute ${stem.toLowerCase()}`,
    gain: (stem: string) => `Volume of ${stem.toLowerCase()}`,
    gainHint: (percent: number) => `${percent} %, double click for 100 %`,
    percent: (value: number) => `${value} %`,
    kilohertz: (value: number) => `${value} kHz`,
    channels: (count: number) =>
      count === 1 ? "mono" : count === 2 ? "stereo" : `${count} channels`,
    /** Who made a file into sound. */
    decoders: {
      divisi: (format: string) => `${format.toUpperCase()}, read by divisi`,
      browser: "decoded by the browser",
      resampled: (kilohertz: number) =>
        `decoded by the browser, and resampled from ${kilohertz} kHz`,
    },
    warning: (warning: string) => `The file is odd: ${warning}.`,
    silent: "There is nothing to hear in this song: it is silent, and so are its stems.",
    outline: {
      nothing: (name: string) => `Waveform of ${name}: not computed yet`,
      silent: (name: string, shown: number) =>
        `Waveform of ${name}: silent; ${shown} % of the song is computed`,
      heard: (name: string, sounding: number, loudest: string, shown: number) =>
        `Waveform of ${name}: heard ${sounding} % of the time, loudest at ${loudest}; ${shown} % of the song is computed`,
    },
  },

  privacy: {
    counted: (size: string) => `${size} left this device`,
    uncounted: "Everything stays on this device",
    offline: "works offline",
  },

  dialogs: {
    close: "Close",
    models: { open: "Models", title: "About the models" },
    choice: { title: "Which model separates this song" },
    storage: { open: "Storage", title: "What this browser keeps" },
    keys: { open: "Keys", title: "Keyboard" },
  },

  /** What separating a song takes. */
  cost: {
    seconds: (count: number) => (count === 1 ? "1 second" : `${count} seconds`),
    minutes: (count: number) => (count === 1 ? "1 minute" : `${count} minutes`),
    hours: (count: string) => `${count} hours`,
    gigabytes: (count: string) => `${count} GB`,
    all: (time: string, memory: string) => `about ${time} and ${memory} on this device`,
    time: (time: string) => `about ${time} on this device`,
    memory: (memory: string) => `about ${memory} on this device`,
    unknown: "How long it takes shows when it has begun",
    measured: "measured here",
    guessed: "a guess: it has not run here yet",
  },

  /** What is said of one file. */
  fileErrors: {
    /** "song.wma: is a Windows Media file, which this browser can't decode." */
    reason: (reason: string) => `${reason}.`,
    of: (file: string, what: string) => `${file}: ${what}`,
    lasts: (file: string, time: string) =>
      `${file} lasts ${time}, which is too long for this page.`,
    upTo: (time: string) => `Cut it into parts of ${time} at most and drop them one by one.`,
  },

  /** What went wrong, and what to do next. */
  errors: {
    undecodable: [
      "This browser cannot read the file.",
      "Convert it to WAV, FLAC or MP3 and drop it again.",
    ],
    "no-audio": ["Files of this kind hold no sound.", "Choose a song, a voice memo or a video."],
    damaged: ["The sound in the file is damaged.", "Try another copy of it."],
    "too-long": [
      "The file is too long for this page.",
      "Cut it into parts of half an hour at most and drop them one by one.",
    ],
    empty: ["There is no sound in the file.", "Choose another one."],
    unreadable: ["The file cannot be read any more.", "It may have been moved: drop it again."],
    "out-of-memory": [
      "There is not enough memory.",
      "Close other tabs or remove songs from the list, then try again.",
    ],
    "model-too-large": [
      "The model needs more memory than this device has to give.",
      "Choose a smaller one for this song.",
    ],
    "model-gone": [
      "The model's file was deleted.",
      "Choose another model for this song, or add the file again.",
    ],
    "bad-audio": ["The sound in this file is damaged.", "Try another copy of it."],
    "bad-model": [
      "The model's file is damaged.",
      "Delete it under Storage and try again: it is fetched anew.",
    ],
    "bad-option": ["The page asked for something impossible.", "Reload the page and try again."],
    unsupported: [
      "This browser is too old to compute this.",
      "Update it, or open the page in another one.",
    ],
    "model-not-found": [
      "The model is missing on the server.",
      "Reload the page; if that does not help, tell whoever hosts it.",
    ],
    network: [
      "A part of the page could not be fetched.",
      "Connect to the network once and try again: afterwards it works offline.",
    ],
    integrity: [
      "The model arrived damaged.",
      "Try again; if it happens again, a proxy may be changing downloads.",
    ],
    closed: ["This has been ended.", "Try again."],
    "bad-collection": ["The list of tags is damaged.", "Delete it under Storage and start anew."],
    storage: [
      "The browser keeps nothing more.",
      "Free some space, or delete what you do not need under Storage.",
    ],
    internal: ["Something went wrong inside divisi.", "Try again, or reload the page."],
    microphone: [
      "The microphone is not allowed for this page.",
      "Allow it beside the address of the page, then record again.",
    ],
    "microphone-missing": ["There is no microphone.", "Connect one and record again."],
    other: ["Something went wrong.", "Try again, or reload the page."],
  },
} as const;
