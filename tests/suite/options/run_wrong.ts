/** Makes wrong calls, and says which of them did not answer as they should. */

import type { WrongCalls } from "./wrong_calls.js";

/** What is said of wrong options, wrong audio, and a text that is no model's name or URL. */
const rightCodes = ["bad-option", "bad-audio", "model-not-found"];

/** @returns a line for each that went wrong: with no error, or another than a DivisiError that says why */
export async function runWrong(calls: WrongCalls): Promise<string[]> {
  const complaints: string[] = [];
  for (const [name, wrong] of Object.entries(calls)) {
    for (const [index, call] of wrong.entries()) {
      const said = await outcomeOf(call);
      if (said !== undefined) complaints.push(`${name}, call ${index}: ${said}`);
    }
  }
  return complaints;
}

async function outcomeOf(call: () => unknown): Promise<string | undefined> {
  try {
    await call();
    return "no error";
  } catch (error) {
    const { name, code, message } = error as Error & { code?: string };
    const isRight = name === "DivisiError" && rightCodes.includes(code ?? "");
    return isRight ? undefined : `${name} ${code}: ${message}`;
  }
}

/** Names of a class that are for the package itself, or end something. */
const notCalled = ["constructor", "close", "rule", "firstExample", "allExamples", "applyChange"];

/** Every function that a module exports, as WrongCalls names them. */
export function publicFunctions(exported: object): string[] {
  return Object.entries(exported).flatMap(([name, value]) => {
    if (typeof value !== "function" || name === "DivisiError") return [];
    if (!/^class\b/.test(Function.prototype.toString.call(value))) return [name];
    const statics = Object.getOwnPropertyNames(value).filter(
      (key) => typeof (value as unknown as Record<string, unknown>)[key] === "function",
    );
    const members = Object.entries(Object.getOwnPropertyDescriptors(value.prototype));
    return [
      ...statics.map((key) => `${name}.${key}`),
      ...members.flatMap(([key, { value: method, set }]) => {
        if (notCalled.includes(key)) return [];
        if (set) return [`${name}#${key}=`];
        return typeof method === "function" ? [`${name}#${key}`] : [];
      }),
    ];
  });
}
