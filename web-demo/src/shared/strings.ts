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

const listFormat = new Intl.ListFormat("en");

/** Every English sentence of the page, in one place: a translation replaces this file. */

export const strings = {
  document: {
    title: "divisi · hear what is inside a song",
    description:
      "Splits songs into stems and tags them on your own device: private, offline, in the browser.",
    unsupported:
      "divisi needs WebAssembly SIMD, which this browser does not have. Please open this page in Chrome 91, Edge 91, Firefox 89, Safari 16.4 or anything newer.",
    noscript: "divisi computes everything in your browser. Please allow scripts for this page.",
  },

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
    name: (date: string) => `Recording ${date}`,
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
    select: (name: string, state: string) => `${name}, ${state}`,
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
    spectrogramOf: "Spectrogram of the mix in view, from low notes at the bottom to 16 kHz",
    keys: "Keyboard",
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
    keyList: [
      ["Space", "Play or pause"],
      ["← →", "5 seconds back or on, with Shift 1 second"],
      ["Home, End", "To the start (of the loop), to the end"],
      ["L", "Loop on or off"],
      ["[ ]", "Loop from here, loop to here"],
      ["1 … 9", "Hear only this stem; with Shift, mute it"],
      ["+ − 0", "Zoom in, out, show all"],
      ["G", "Spectrogram"],
      ["?", "This list"],
    ],
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

  storage: {
    reading: "Looking …",
    lead: "All of it lies in this browser on this device. Songs and stems are not kept after the visit.",
    app: "The app",
    appNote: "So that it starts without a network",
    modelNote: "Model, fetched when it was first used",
    addedNote: "Model file that you added",
    database: "Tags of your songs",
    databaseNote: "And the words you taught it",
    deleteModel: (name: string) => `Delete ${name}`,
    deleteAll: "Delete models, tags and settings",
    used: (used: string, quota: string) => `${used} in use of ${quota} that the browser allows`,
  },

  tags: {
    title: "What it sounds like",
    waiting: "Tags come as soon as the song is read.",
    none: "No tags: the song could not be read.",
    silent: "Silent: there is nothing to hear, so there are no tags.",
    silentInMono:
      "Silent in mono, which is how the models listen: left and right cancel each other, so there are no tags.",
    short:
      "The song is shorter than the three seconds that the models hear at once: its tags mean little.",
    kinds: {
      genre: "Genre",
      voice: "Voice",
      instrument: "Instruments",
      mood: "Mood",
      tempo: "Tempo",
      era: "Era",
      other: "Other",
    },
    percent: (score: number) => `${Math.round(100 * score)} %`,
    meaning: (percent: string, z: string) =>
      `The model's score is ${percent}: ${z} standard deviations above what is usual for this tag`,
    taggram: {
      title: "Over time",
      at: (time: string) => `At ${time}:`,
      nothing: "nothing stands out",
      picture: "Heat map of the tags over time; the table after it says the same in words",
      tag: "Tag",
      score: "Score",
      strongest: "Strongest",
      stretch: (start: string, end: string) => `${start} to ${end}`,
    },
    own: {
      title: "Your own tags",
      lead: "Name anything you hear in music, then teach it by example: three songs that fit and three that do not.",
      name: "Name of a new tag",
      placeholder: "rainy drive",
      add: "Add tag",
      fits: (tag: string, song: string) => `${tag} fits ${song}`,
      fitsNot: (tag: string, song: string) => `${tag} does not fit ${song}`,
      forget: (tag: string) => `Forget ${tag}`,
      learning: (up: number, down: number) =>
        up > 0 && down > 0
          ? `Needs ${up} more that fit and ${down} that do not`
          : up > 0
            ? `Needs ${up} more that fit`
            : `Needs ${down} more that do not fit`,
      ready: "Learned",
      says: (percent: number) => `Fits this song, ${percent} % sure`,
      saysNot: (percent: number) => `Does not fit this song, ${percent} % sure`,
    },
  },

  library: {
    title: "Your music so far",
    count: (count: number) => (count === 1 ? "1 song" : `${count} songs`),
    search: "Search by tag",
    placeholder: "guitar, happy, female voice …",
    add: "Search",
    unknown: (tag: string) => `There is no tag “${tag}”. Choose one from the list as you type.`,
    like: (title: string) => `Like ${title}`,
    stopLike: "Any song again",
    wanted: (tag: string) => `${tag} is wanted`,
    unwanted: (tag: string) => `${tag} is not wanted`,
    turn: "Click to turn around",
    not: (tag: string) => `not ${tag}`,
    drop: (tag: string) => `Search without ${tag}`,
    found: (count: number) => (count === 1 ? "1 song, best first" : `${count} songs, best first`),
    nothing: "There is no other song to compare with: add more.",
    empty:
      "Every song that you add is listed here, also on your next visit. Only its tags are kept.",
    away: "add it again to hear it",
    fits: (percent: number) => `${percent} %`,
    more: "More like this",
    moreLike: (title: string) => `More like this: ${title}`,
    forget: (title: string) => `Forget ${title}`,
  },

  exports: {
    title: "Take it away",
    format: "Format of the audio files",
    formats: {
      "wav-16": "WAV, 16 bits",
      "wav-24": "WAV, 24 bits",
      "wav-32": "WAV, 32-bit float",
      "flac-16": "FLAC, 16 bits",
      "flac-24": "FLAC, 24 bits",
    },
    later: "Audio files are there when the whole song is separated.",
    get: "Save",
    getStem: (stem: string) => `Save ${stem}`,
    allStems: "All stems",
    allStemsNote: "In one ZIP archive",
    getAllStems: "Save all stems as an archive",
    stemsPart: "stems",
    /** "drums, bass and piano". */
    list: (names: readonly string[]) => listFormat.format(names),
    chosen: "Chosen stems",
    chosenNote:
      "What the backing track is without, and what stays in the middle of the stereo field",
    choose: (stem: string) => `Choose ${stem}`,
    backing: "Backing track",
    without: (stems: string) => `The song without ${stems}`,
    withoutPart: (stems: string) => `without ${stems}`,
    getWithout: (stems: string) => `Save the song without ${stems}`,
    withoutNone: "Choose at least one stem that it is to be without, and not all",
    stereo: "Stereo from mono",
    stereoNote: (central: string) =>
      `${central ? `In the middle: ${central}; the rest spreads around it` : "All spreads"}. Played in mono it is the original again.`,
    stereoPart: "stereo",
    getStereo: "Save as stereo",
    width: "Width",
    percent: (value: number) => `${value} %`,
    tags: "Tags",
    tagsNote: "Scores, and in JSON the course over time",
    tagsPart: "tags",
    getTags: (format: string) => `Save tags as ${format}`,
    making: (what: string) => `Making ${what} …`,
    progress: (what: string) => `Progress of ${what}`,
    cancel: "Cancel",
    saved: (name: string, size: string) => `Saved ${name}, ${size}.`,
    quieter: (decibels: string) =>
      `The song is so loud that it was made ${decibels} dB quieter to leave room for the width.`,
    clipped: (count: number) =>
      `${count} samples were louder than the format allows and were cut off; 32-bit float keeps them.`,
  },

  models: {
    lead: "Who made the models, from what, and what they cannot do. This is the text of the project's own model cards; a file that you add brings its own.",
    terms: "Terms of use",
    noTerms: "No terms stated",
    noTermsNote: "The file does not say on what terms it may be used: ask whoever made it.",
    added: "Added by you",
    delete: (title: string) => `Delete ${title}`,
    addedFile: "The file as it was added",
    task: { separation: "Splits songs into stems", tagging: "Tags songs" },
    authors: "Made by",
    data: "Trained on",
    unknown: "Not known:",
    consent: "Did the musicians consent?",
    licence: "Licence",
    statedBy: "as stated by",
    quality: "Measured quality",
    limits: "Limits",
    files: "Files",
    references: "Read more",
    weights: {
      f32: "weights in 32-bit float",
      f16: "weights in 16-bit float",
      int8: "weights in 8 bits",
    },
  },

  /** A model file that comes in. */
  adding: {
    choose: "Add a model file",
    note: "A .safetensors file, such as “divisi import” makes; you can also drop it anywhere on the page. It stays in this browser.",
    trying: (file: string) => `Checking ${file}, and trying it out on this device …`,
    cancel: "Cancel",
    added: (title: string) =>
      `${title} is here, and stays in this browser. Choose it for a song beside the song's name.`,
    notKept: (title: string) =>
      `${title} is here for this visit: the browser has no room to keep it.`,
    refused: (file: string) => `${file} was not added.`,
    otherTask: (task: string) =>
      `It is a model for ${task}; songs are taken apart by models for separation.`,
    tooLarge:
      "It needs more memory than this device has to give. Use a smaller model, or a device with more memory.",
    bad: (reason: string) => `It cannot be used: ${reason}.`,
  },

  choice: {
    open: (title: string) => `Model: ${title}. Choose another`,
    lead: (song: string) =>
      `Another model separates “${song}” anew, in the place of the stems that there are.`,
    stems: (names: readonly string[]) => names.join(", "),
    separate: (title: string) => `Separate with ${title}`,
    inUse: "In use for this song",
    tooLarge: (needs: string, has: string) =>
      `Too large for this device: it takes about ${needs}, more than half of the ${has} that there are. Choose a smaller model.`,
    about: "All about this model",
    gone: "A deleted model",
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
