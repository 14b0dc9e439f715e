/** float32 numbers as base64 of their little-endian bytes, for JSON. */

import { DivisiError } from "../../base/errors.js";

/** A multiple of 3, so that the pieces' base64 joins without padding between them. */
const pieceBytes = 3 * 8192;

export function encodeFloats(values: Float32Array): string {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  let text = "";
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + pieceBytes)));
  }
  return text;
}

/** @param where names the value in the error: its path in the document */
export function decodeFloats(text: unknown, count: number, where: string): Float32Array {
  const refuse = (reason: string) => new DivisiError("bad-collection", `${where}: ${reason}`);
  if (typeof text !== "string") throw refuse(`expected base64 text, got ${typeof text}`);
  const expected = 4 * Math.ceil((4 * count) / 3);
  if (text.length !== expected) {
    throw refuse(
      `expected ${expected} characters of base64 for ${count} numbers, got ${text.length}`,
    );
  }
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw refuse("this is not base64");
  }
  if (binary.length !== 4 * count) {
    throw refuse(`expected ${4 * count} bytes, got ${binary.length}`);
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat32(4 * i, true);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw refuse(`number ${bad} is ${values[bad]}; expected finite numbers`);
  return values;
}
