/** What `divisi --help` prints. */

export const help = `divisi: splits songs into stems, tags music, hears beats and measures loudness, on this computer.

  divisi separate FILE…   write each FILE's stems to DIR/NAME/STEM.wav
  divisi tag FILE…        print what each FILE sounds like: genre, instruments, voice, mood
  divisi loudness FILE…   print how loud each FILE is, after EBU R 128
  divisi analyse FILE…    print what each FILE is made of: tempo, beats and bars, key, chords,
                          sections, loudness
  divisi transcribe FILE… write each FILE's notes, of all instruments, to DIR/NAME/notes.mid
  divisi sample FILE…     make an instrument of each FILE's notes, DIR/NAME/NAME.sfz and NAME.sf2
  divisi models           list the models of the catalogue
  divisi info MODEL       print a model's card, task, stems or labels, licence, size and hash
  divisi import FILE.onnx make a model of a network in the ONNX format (docs/import.md)
  divisi import htdemucs  fetch HTDemucs, 4 stems, for personal and research use only

Options of separate
  --model NAME|FILE       a model of the catalogue or one that you have imported, or a model file
                          (default: the first of "divisi models" that separates)
  --mode best|reference   best (default), or the original model's published pipeline, exactly
  --quality normal|high   high takes twice the time for cleaner stems
  --stems A,B             only these stems
  -o, --out DIR           where to write (default: out)
  --format wav|flac       (default: wav)
  --bits 16|24|32         16 (default, with dither), 24, or 32: float, wav only
  --keep                  leave the folders of earlier runs alone: a NAME that is there already
                          becomes NAME-2, NAME-3, …

Options of tag
  --model NAME|FILE       a model of the catalogue, or a model file (default: the first of
                          "divisi models" that tags)
  --top N                 the N tags with the highest scores (default: 10; with --json all)
  --csv                   print CSV (RFC 4180), one row for each FILE: its name, then the score
                          of every tag, or "silent"; a FILE that fails has no row. Names that a
                          spreadsheet would run as a formula get an apostrophe in front

Options of analyse
  --parts A,B             of beats, key, chords, sections and loudness only these
  --stems DIR             of each FILE the stem DIR/NAME/vocals.wav or .flac, as "divisi separate
                          -o DIR" writes it: sections then know where somebody sings
  --format FORMAT         text (default), json (as --json), or files DIR/NAME/PART.EXTENSION: lab
                          (time and label, as MIREX has it), audacity (label track), csv; or one
                          file for all, DIR/NAME/analysis.EXTENSION: jams (JAMS 0.3), midi (tempo,
                          bars and keys on the song's beats, chords and sections as markers)
  -o, --out DIR           where files are written (default: out)

Options of transcribe
  --format midi|csv|json  midi (default), csv (DIR/NAME/notes.csv: a row for each note), or json
                          (as --json)
  --sensitivity N         how many notes, from 0 (the surest) to 1 (default: 0.5)
  --melody                the notes and the pitch of one voice, of a stem of vocals or bass
                          (swift-f0); the pitch, every 10 ms, is in the JSON
  --drums                 the drums in place of notes, of a song or a stem: DIR/NAME/drums.mid, on
                          channel 10 with the notes of General MIDI, or drums.csv
  --bends                 midi: with pitch bends, each note in a channel of its own
  --mode best|reference   best (default), or the notes of the model's own authors
  --stems                 separate each FILE first, and write DIR/NAME/song.mid: tempo, bars, keys
                          and chords as "divisi analyse" finds them, and the notes of each stem on a
                          track of its own, vocals and bass in one voice (swift-f0), drums (of
                          their stem, or else of the accompaniment) as --drums; and
                          DIR/NAME/melody.musicxml, what is sung as sheet music with chords
  --separator NAME|FILE   with --stems: the model that separates (default: as "divisi separate")
  --grid N                with --stems: notes begin and end on N lines a beat, which swing as the
                          song does (default: where they were heard)
  --model NAME|FILE       a model of the catalogue, or a model file (default: basic-pitch; with
                          --drums: drums)
  -o, --out DIR           where to write (default: out)

Options of sample
  --stem NAME             separate each FILE first and take this stem; NAME.sfz is then
                          NAME-STEM.sfz (default: the FILE is the instrument)
  --separator NAME|FILE   with --stem: the model that separates (default: the catalogue's first
                          that has the stem)
  --melody                one voice is heard at a time (swift-f0), as in vocals and bass, of
                          which that is known
  --drums                 the FILE is of drums, as the stem "drums" is known to be: a kit on the
                          keys of General MIDI
  -o, --out DIR           where to write (default: out)

Options of import
  --task FILE             what the network is for: a task document (models/FORMAT.md)
  -o, --out FILE          (default: NAME.safetensors among your own models, for --model NAME)
  --dtype f16|f32|int8    of the weights (default: f16)
  --card FILE, --licence TEXT, --recipe FILE, --shape NAME=1,2,3, --inputs NAME, --outputs NAME,
  --name OLD=NEW, --layout NAME=2,3,1, --input FILE.npz, --engine FILE, --no-check
                          docs/import.md tells what these do
  --accept TERMS          that you agree to the terms of the weights, which are shown without it

Options of all commands
  --json                  print one JSON document on standard output, and nothing else there
  -h, --help
  --version

Reads WAV, AIFF, FLAC, MP3, Ogg Vorbis, Ogg Opus and Ogg FLAC, recognised by content, and through
ffmpeg, where that is installed, M4A, WMA, WebM, WavPack and video files. 1 to 8 channels, 8 to 192
kHz; the stems have the same rate, channels and length. FILE can be "-", standard input, whose NAME is
stdin. Of two FILEs with the same NAME the second goes to DIR/NAME-2. Existing stems are replaced once
the new ones are complete, and that is told.

A tag's score runs from 0 to 1; scores are small and uneven between tags. z says how far the score
lies above what this tag usually gets, in standard deviations: compare tags by it. The tags of the
model are words that listeners used, not truths.

Loudness is in LUFS: integrated over the whole FILE, and the highest of any 3 s (short-term) and
400 ms (momentary). The range says how far loud and quiet lie apart. True peaks are those of the
sound between the samples.

A FILE whose sound stays below -80 dBFS is silent; for tag, which hears in mono, also one whose
channels cancel each other out.

Exit codes: 0 all done, 1 some file failed or was not done whole (the others are done), 2 wrong use,
130 interrupted.
`;
