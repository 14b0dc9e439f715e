/** Numbers of different models mean different things. */

import { DivisiError, type DivisiErrorCode } from "../../base/errors.js";
import { show } from "./track.js";

interface Heard {
  /** Undefined where the caller did not say. */
  readonly model?: string | undefined;
  readonly embedding: Float32Array;
}

/**
 * Throws unless both were made by one model.
 * @param kin what is there already, if anything is
 * @param where names `music` in the error
 */
export function checkSameModel(
  kin: Heard | undefined,
  music: Heard,
  where: string,
  code: DivisiErrorCode = "bad-option",
): void {
  if (!kin) return;
  if (music.model !== undefined && kin.model !== undefined && music.model !== kin.model) {
    throw new DivisiError(
      code,
      `${where} was heard by the model ${show(music.model)}, the music here by ` +
        `${show(kin.model)}: what different models hear can't be compared`,
    );
  }
  if (music.embedding.length !== kin.embedding.length) {
    throw new DivisiError(
      code,
      `${where}: expected an embedding of ${kin.embedding.length} numbers, ` +
        `got ${music.embedding.length}`,
    );
  }
}
