/** Reads the documents of a model file (models/FORMAT.md) for people; the engine has its own reader. */

import { DivisiError } from "divisi";

type Json = Readonly<Record<string, unknown>>;

export interface ModelDocuments {
  readonly card: Json;
  readonly task: Json;
  /** Numbers in all tensors together, without the scales of 8-bit ones. */
  readonly parameters: number;
  /** The same by how the file stores them: F32, F16, I8. */
  readonly parametersByDtype: Readonly<Record<string, number>>;
}

export function readModelDocuments(bytes: Uint8Array, name: string): ModelDocuments {
  const fail = (what: string): never => {
    throw new DivisiError("bad-model", `${name}: is not a divisi model: ${what}`);
  };
  if (bytes.length < 8) fail(`it has ${bytes.length} bytes, at least 8 needed`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerBytes = view.getBigUint64(0, true);
  if (headerBytes > BigInt(bytes.length - 8)) {
    fail(`its header claims ${headerBytes} bytes, ${bytes.length - 8} follow`);
  }
  const end = 8 + Number(headerBytes);
  const header = parseObject(new TextDecoder().decode(bytes.subarray(8, end)), "its header", fail);
  const { __metadata__: metadata, ...tensors } = header;
  const document = (key: string): Json => {
    const text = (metadata as Json | undefined)?.[key];
    if (typeof text !== "string") return fail(`its metadata has no "${key}"`);
    return parseObject(text, `its "${key}"`, fail);
  };
  const parametersByDtype: Record<string, number> = {};
  let parameters = 0;
  let dataBytes = 0;
  for (const [tensor, entry] of Object.entries(tensors)) {
    const {
      dtype,
      shape,
      data_offsets: offsets,
    } = (entry ?? {}) as {
      dtype?: unknown;
      shape?: unknown;
      data_offsets?: unknown;
    };
    if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
      return fail(`its tensor "${tensor}" has no proper shape and data_offsets`);
    }
    dataBytes = Math.max(dataBytes, offsets[1] ?? 0);
    if (isScale(tensor, tensors)) continue;
    const count = shape.reduce((product, size) => product * size, 1);
    parameters += count;
    const key = String(dtype);
    parametersByDtype[key] = (parametersByDtype[key] ?? 0) + count;
  }
  if (end + dataBytes !== bytes.length) {
    fail(`its tensors end at byte ${end + dataBytes}, the file at ${bytes.length}`);
  }
  const card = document("divisi.card");
  return { card, task: document("divisi.task"), parameters, parametersByDtype };
}

function isScale(name: string, tensors: Json): boolean {
  if (!name.endsWith(".scale")) return false;
  const scaled = tensors[name.slice(0, -".scale".length)] as Json | undefined;
  return scaled?.dtype === "I8";
}

function parseObject(text: string, what: string, fail: (message: string) => never): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // said below
  }
  return fail(`${what} is not a JSON object`);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
