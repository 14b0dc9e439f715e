// The colours of the stems: told apart by everyone, in light and dark.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stemColour, stemColourCount } from "../../../web-demo/src/shared/stem_colours.js";

const css = readFileSync(new URL("../../../web-demo/src/app/theme.css", import.meta.url), "utf8");
const [light = "", dark = ""] = css.split(':root[data-theme="dark"]');

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

const times = (m: Matrix, v: Vector) =>
  m.map((row) =>
    row.reduce((sum, value, i) => sum + value * (v[i] as number), 0),
  ) as unknown as Vector;

/** What those see who lack a kind of cone: Machado, Oliveira and Fernandes 2009, of linear sRGB. */
const eyes: Readonly<Record<string, Matrix>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  "no red": [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  "no green": [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  "no blue": [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Linear sRGB. */
function colour(theme: string, property: string): Vector {
  const hex = new RegExp(`${property}: #([0-9a-f]{6});`).exec(theme)?.[1];
  if (!hex) throw new Error(`no ${property}`);
  return [0, 2, 4].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Vector;
}

/** OKLab (Ottosson 2020), in which distances are about as they are seen. */
function oklab(linear: Vector): Vector {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    linear,
  );
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones.map((value) => Math.cbrt(Math.max(0, value))) as unknown as Vector,
  );
}

const luminance = ([r, g, b]: Vector) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a: Vector, b: Vector): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

describe.each([
  ["light", light],
  ["dark", dark],
])("%s", (_, theme) => {
  const names = Array.from({ length: stemColourCount }, (_, index) => stemColour(index));

  it.each(Object.entries(eyes))("can be told apart by eyes of the kind: %s", (_kind, matrix) => {
    const seen = names.map((name) => {
      const inside = times(matrix, colour(theme, name)).map((x) => Math.min(1, Math.max(0, x)));
      return oklab(inside as unknown as Vector);
    });
    for (const [i, a] of seen.entries()) {
      for (const [j, b] of seen.slice(0, i).entries()) {
        const distance = Math.hypot(...a.map((value, k) => value - (b[k] as number)));
        // Five times what is just seen, about 0.02.
        expect(distance, `${names[i]} and ${names[j]}`).toBeGreaterThan(0.1);
      }
    }
  });

  it("stand out from their ground as graphics have to (WCAG 1.4.11)", () => {
    for (const name of names) {
      for (const ground of ["--surface", "--surface-2"]) {
        const ratio = contrast(colour(theme, name), colour(theme, ground));
        expect(ratio, `${name} on ${ground}`).toBeGreaterThanOrEqual(3);
      }
    }
  });
});

it("begin anew when there are more stems than colours", () => {
  expect(stemColour(0)).toBe("--stem-1");
  expect(stemColour(stemColourCount - 1)).toBe(`--stem-${stemColourCount}`);
  expect(stemColour(stemColourCount)).toBe("--stem-1");
});
