/** Numbers of different models mean different things. */

import { DivisiError, type DivisiErrorCode } from "../../base/errors.js";
import { show } from "../../base/show.js";

interface Music {
  /** Undefined where the caller did not say. */
  readonly model?: string | undefined;
  readonly embedding: Float32Array;
}

/**
 * Throws unless both were made by one model.
 * @param known what is there already, if anything is
 * @param where names `music` in the error
 */
export function checkSameModel(
  known: Music | undefined,
  music: Music,
  where: string,
  code: DivisiErrorCode = "bad-option",
): void {
  if (!known) return;
  if (music.model !== undefined && known.model !== undefined && music.model !== known.model) {
    throw new DivisiError(
      code,
      `${where} was heard by the model ${show(music.model)}, the music here by ` +
        `${show(known.model)}: what different models hear can't be compared`,
    );
  }
  if (music.embedding.length !== known.embedding.length) {
    throw new DivisiError(
      code,
      `${where}: expected an embedding of ${known.embedding.length} numbers, ` +
        `got ${music.embedding.length}`,
    );
  }
}
