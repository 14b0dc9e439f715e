// What the command line accepts, and the names of the folders that it writes to.
import { describe, expect, test } from "vitest";
import { parseArguments } from "../../../js/cli/commands/arguments.js";
import { outputNames } from "../../../js/cli/commands/output_names.js";
import { clock, speedText } from "../../../js/cli/console/text.js";

describe("arguments", () => {
  test("defaults", () => {
    expect(parseArguments(["separate", "a.mp3"])).toEqual({
      command: "separate",
      files: ["a.mp3"],
      model: undefined,
      mode: "best",
      quality: "normal",
      stems: undefined,
      out: "out",
      format: "wav",
      bits: 16,
      keep: false,
      json: false,
    });
  });

  test("everything, in any order, and names that look like options after --", () => {
    const line =
      "separate --json a.wav --model m.safetensors --mode reference --quality high --stems a,b " +
      "--stems=b --out=there --format flac --bits 24 --keep b.wav -- --odd.wav";
    expect(parseArguments(line.split(" "))).toEqual({
      command: "separate",
      files: ["a.wav", "b.wav", "--odd.wav"],
      model: "m.safetensors",
      mode: "reference",
      quality: "high",
      stems: ["a", "b"],
      out: "there",
      format: "flac",
      bits: 24,
      keep: true,
      json: true,
    });
  });

  test("tag: defaults, and everything", () => {
    expect(parseArguments(["tag", "a.mp3"])).toEqual({
      command: "tag",
      files: ["a.mp3"],
      model: undefined,
      top: undefined,
      json: false,
      csv: false,
    });
    const line = "tag --top 3 a.wav --model m.safetensors --json -- --odd.wav";
    expect(parseArguments(line.split(" "))).toEqual({
      command: "tag",
      files: ["a.wav", "--odd.wav"],
      model: "m.safetensors",
      top: 3,
      json: true,
      csv: false,
    });
    expect(parseArguments(["tag", "--csv", "a.wav"])).toMatchObject({ csv: true, json: false });
  });

  test.each<[string, RegExp]>([
    ["", /no command/],
    ["tag - a.wav -", /"-" is given twice/],
    [
      "seperate a.wav",
      /unknown command "seperate".*separate, tag, loudness, analyse, transcribe, sample, models, info/,
    ],
    ["--bits 16", /unknown option "--bits"/],
    ["separate", /no FILE/],
    ["separate a.wav --mode good", /--mode "good".*best, reference/],
    ["separate a.wav --quality best", /--quality "best".*normal, high/],
    ["separate a.wav --bits 8", /--bits "8".*16, 24, 32/],
    ["separate a.wav --bits 16.0", /--bits "16.0"/],
    ["separate a.wav --format mp3", /--format "mp3".*wav, flac/],
    ["separate a.wav --format flac --bits 32", /FLAC can't hold/],
    ["separate a.wav --stems a,,b", /--stems "a,,b"/],
    ["separate a.wav --out=", /--out is an empty string/],
    ["separate a.wav --loud", /'--loud'/],
    ["separate a.wav --out", /'-o, --out <value>'/],
    ["tag", /no FILE/],
    ["tag a.wav --json --csv", /only one/],
    ["tag a.wav --top 5 --csv", /--top and --csv/],
    ["tag a.wav --top=-1", /--top "-1".*from 1/],
    ["tag a.wav --top 2.5", /--top "2.5"/],
    ["tag a.wav --top all", /--top "all"/],
    ["tag a.wav --model=", /--model is an empty string/],
    ["tag a.wav --out there", /'--out'/],
    ["models extra", /"extra"/],
    ["info", /no MODEL/],
    ["info a b", /"b"/],
  ])("wrong: %s", (line, message) => {
    const args = line === "" ? [] : line.split(" ");
    expect(() => parseArguments(args)).toThrow(message);
    expect(() => parseArguments(args)).toThrow(expect.objectContaining({ code: "wrong-use" }));
  });

  test("help and version, wherever they stand", () => {
    expect(parseArguments(["--help"]).command).toBe("help");
    expect(parseArguments(["separate", "-h"]).command).toBe("help");
    expect(parseArguments(["info", "--version"]).command).toBe("version");
  });
});

describe("folders for the stems", () => {
  test.each<[string[], string[]]>([
    [["a/song.mp3"], ["song"]],
    [
      ["a/song.mp3", "b/song.wav", "song"],
      ["song", "song-2", "song-3"],
    ],
    [
      ["Song.wav", "song.wav"],
      ["Song", "song-2"],
    ],
    [
      ["song.wav", "song.mp3", "song-2.wav"],
      ["song", "song-3", "song-2"],
    ],
    [
      ["song-2.wav", "song.wav", "song.mp3"],
      ["song-2", "song", "song-3"],
    ],
    [
      ["live.at.home.flac", ".hidden"],
      ["live.at.home", ".hidden"],
    ],
    [
      ["..wav", "...wav"],
      ["_..wav", "_...wav"],
    ],
  ])("%j → %j", (files, names) => {
    expect(outputNames(files)).toEqual(names);
  });
});

test("times and speeds read well", () => {
  expect([0, 59.6, 61, 3725].map(clock)).toEqual(["0:00", "1:00", "1:01", "1:02:05"]);
  expect([0.52, 9.94, 31.7].map(speedText)).toEqual([
    "0.5 x real time",
    "9.9 x real time",
    "32 x real time",
  ]);
});
