/**
 * The Content-Security-Policy, in one place for both of its forms: the page's meta element, which
 * holds wherever the folder is served, and `_headers`, for hosts that read it.
 */

import type { Plugin } from "vite";

/**
 * wavesurfer.js writes one style element into the shadow root of each waveform. All of ours are made
 * with `laneHeight`, so there is one text to allow. (tests/demo fails when another version of the
 * library writes another.)
 */
const waveformStyle = "'sha256-Y/8t1dAKa3ay+RZEiEFEDr8dFiQhpaFvYXXUfT3p6ZU='";

const directives: Readonly<Record<string, string>> = {
  "default-src": "'self'",
  "script-src": "'self' 'wasm-unsafe-eval'",
  "style-src": `'self' ${waveformStyle}`,
  "img-src": "'self' blob: data:",
  "worker-src": "'self'",
  "connect-src": "'self'",
  "object-src": "'none'",
  "base-uri": "'none'",
  "form-action": "'none'",
};

const textOf = (entries: Readonly<Record<string, string>>) =>
  Object.entries(entries)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");

/** What only headers can say. */
const headers = {
  "Content-Security-Policy": textOf({ ...directives, "frame-ancestors": "'none'" }),
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** Puts the policy into what is built; Vite's development server needs inline scripts of its own. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: textOf(directives) },
        injectTo: "head-prepend",
      },
    ],
    generateBundle() {
      const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}\n`);
      this.emitFile({ type: "asset", fileName: "_headers", source: `/*\n${lines.join("")}` });
    },
  };
}
