/** The sentences of panels and dialogs: the part of strings.ts that comes later. */

const listFormat = new Intl.ListFormat("en");

export const panelStrings = {
  keys: [
    ["Space", "Play or pause"],
    ["← →", "5 seconds back or on, with Shift 1 second"],
    ["Home, End", "To the start (of the loop), to the end"],
    ["L", "Loop on or off"],
    ["Shift", "Held while a loop is drawn: it need not lie on beats"],
    ["[ ]", "Loop from here, loop to here"],
    ["M", "Metronome"],
    ["C", "Count-in"],
    ["1 … 9", "Hear only this stem; with Shift, mute it"],
    ["+ − 0", "Zoom in, out, show all"],
    ["G", "Spectrogram"],
    ["Notes: arrows", "From note to note"],
    ["Alt + arrows", "A semitone, with Shift an octave; earlier or later"],
    ["Shift + ← →", "Shorter or longer"],
    ["Enter, Delete", "Add a note at the playhead, delete the note"],
    ["Ctrl + Z, Ctrl + Y", "Undo, redo changes of notes"],
    ["?", "This list"],
  ],

  beats: {
    title: "Beats",
    metronome: "Metronome",
    volume: "Volume of the metronome",
    countIn: "Count-in",
    /** What a button says, and what it does. */
    steps: {
      half: ["½", "Half the tempo"],
      double: ["×2", "Double the tempo"],
      later: ["Bar +1", "Begin bars one beat later"],
      offBeat: ["Beat +½", "Move the beats by half a beat"],
    },
    step: (label: string, hint: string) => `${label}: ${hint}`,
    reset: "As heard",
    resetHint: "Forget the corrections of the beats",
    tempo: (beats: number) => `${beats} BPM`,
    sure: (percent: string, beatsPerBar: number) =>
      `${percent} of the song keeps to this tempo; ${beatsPerBar} beats a bar`,
    corrected: "corrected by you",
    place: (bar: number, beat: number) => `${bar}.${beat}`,
  },
  key: {
    name: (tonic: string, mode: "major" | "minor") => `${tonic} ${mode}`,
    sure: (percent: string) => `The key is ${percent} sure`,
    from: (key: string, time: string) => `${key} from ${time}`,
  },
  chords: {
    title: "Chords",
    due: "Chords come after the tags.",
    next: (chord: string) => `then ${chord}`,
    all: (chords: string) => `Chords: ${chords}`,
  },
  recording: (date: string) => `Recording ${date}`,
  spectrogram: {
    picture: "Spectrogram of the mix in view, from low notes at the bottom to 16 kHz",
    hertz: (hertz: number) => (hertz < 1000 ? `${hertz} Hz` : `${hertz / 1000} kHz`),
  },
  sections: {
    title: "Sections",
    loop: "Repeat this section",
    jump: (title: string, time: string) => `${title}, from ${time}`,
    hook: (title: string, time: string) => `${title}, from ${time}: what one remembers`,
    name: (label: string, name: string) => `${name} ${label}`,
    names: {
      intro: "Intro",
      verse: "Verse",
      chorus: "Chorus",
      bridge: "Bridge",
      outro: "Outro",
      instrumental: "Instrumental",
    },
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
    waiting: "Tags come once the first stems are there.",
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
      `How clear it is, from the model's own score, ${percent}, and from how far that lies above what is usual for this tag: ${z} standard deviations`,
    taggram: {
      title: "Over time",
      at: (time: string) => `At ${time}:`,
      nothing: "nothing stands out",
      picture: "Heat map of the tags over time; the table after it says the same in words",
      tag: "Tag",
      score: "How clear",
      least: "not heard",
      most: "as clear as it gets in this song",
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
    analysis: {
      title: "Beats, key and chords",
      note: "As they are shown, with your corrections of the beats",
      part: "analysis",
      format: "Format of beats, key and chords",
      formats: {
        json: "JSON, everything",
        jams: "JAMS",
        midi: "MIDI tempo map",
        lab: "LAB files",
        audacity: "Audacity labels",
        csv: "CSV tables",
      },
      get: "Save beats, key and chords",
    },
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
    task: {
      separation: "Splits songs into stems",
      tagging: "Tags songs",
      beats: "Hears beats",
      chords: "Hears chords",
      notes: "Writes down notes",
    },
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
    tooLarge: (detail: string) =>
      `It needs more memory than this page can have on this device${detail && `: ${detail}`}. Add a smaller model.`,
    bad: (reason: string) => `It cannot be used: ${reason}.`,
  },

  choice: {
    lead: (song: string) =>
      `Another model separates “${song}” anew, in the place of the stems that there are.`,
    stems: (names: readonly string[]) => names.join(", "),
    separate: (title: string) => `Separate with ${title}`,
    inUse: "In use for this song",
    tooLarge: (needs: string, has: string) =>
      `Too large for this device: it takes about ${needs}, more than half of the ${has} that there are. Choose a smaller model.`,
    about: "All about this model",
  },
} as const;
