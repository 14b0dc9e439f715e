/** A song's tags as documents for other programs. */

import type { Tag, Taggram } from "divisi";
import { csvRow } from "divisi/files";
import type { SongTags } from "../songs/types.js";

interface TagDocument {
  readonly song: string;
  readonly seconds: number;
  /** Whether there is nothing to hear: then there are no results. */
  readonly silent: boolean;
  readonly results: readonly {
    readonly model: string;
    /** Whether the song was too short for the model and was filled up with silence. */
    readonly padded: boolean;
    /** Highest score first. */
    readonly tags: readonly Tag[];
    /** `rows[patch][label]`; each patch starts `hopSeconds` after the one before. */
    readonly taggram: Omit<Taggram, "rows"> & { readonly rows: readonly (readonly number[])[] };
  }[];
}

/** Scores with six digits, which tell any two apart that the networks do. */
const rounded = (value: number) => Number(value.toFixed(6));

export function tagsAsJson(song: string, seconds: number, tags: SongTags): string {
  const document: TagDocument = {
    song,
    seconds: rounded(seconds),
    silent: tags.silent,
    results: tags.results.map(({ model, padded, tags: all, taggram }) => ({
      model,
      padded,
      tags: all.map((tag) => ({
        ...tag,
        score: rounded(tag.score),
        z: tag.z === undefined ? undefined : rounded(tag.z),
      })),
      taggram: { ...taggram, rows: taggram.rows.map((row) => Array.from(row, rounded)) },
    })),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

export function tagsAsCsv(song: string, tags: SongTags): string {
  const rows = tags.results.flatMap(({ model, tags: all }) =>
    all.map(({ name, kind, score, z, rank }) =>
      csvRow([song, model, name, kind, score, z ?? "", String(rank)]),
    ),
  );
  // As in the command line's table, "silent" stands where the scores would.
  const silent = tags.silent ? [csvRow([song, "", "", "", "silent", "", ""])] : [];
  const head = csvRow(["song", "model", "tag", "kind", "score", "z", "rank"]);
  return [head, ...rows, ...silent].join("");
}
