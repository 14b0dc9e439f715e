/** What `divisi --help` prints. */

export const help = `divisi: splits songs into stems, on this computer.

  divisi separate FILE…   write each FILE's stems to DIR/NAME/STEM.wav
  divisi models           list the models of the catalogue
  divisi info MODEL       print a model's card, task, stems, licence, size and hash

Options of separate
  --model NAME|FILE       a model of the catalogue, or a model file (default: the first of
                          "divisi models")
  --mode best|reference   best (default), or the original model's published pipeline, exactly
  --quality normal|high   high takes twice the time for cleaner stems
  --stems A,B             only these stems
  -o, --out DIR           where to write (default: out)
  --format wav|flac       (default: wav)
  --bits 16|24|32         16 (default, with dither), 24, or 32: float, wav only

Options of all commands
  --json                  print one JSON document on standard output, and nothing else there
  -h, --help
  --version

Reads WAV, FLAC, MP3, Ogg Vorbis, Ogg Opus and Ogg FLAC, recognised by content: 1 to 8 channels,
8 to 192 kHz; the stems have the same rate, channels and length. Of two FILEs with the same NAME the
second goes to DIR/NAME-2. Existing stems are replaced once the new ones are complete.

Exit codes: 0 all done, 1 some file failed (the others are done), 2 wrong use, 130 interrupted.
`;
