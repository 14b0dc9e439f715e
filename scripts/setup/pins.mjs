// Everything that set-up fetches and its version, in one place. npm packages are pinned by
// package-lock.json, Python packages by models/requirements.txt.

/** The oldest tools the project works with. */
export const minimum = {
  node: "20.19.0",
  python: "3.11.0",
  cmake: "3.25.0",
  emscripten: "3.1.69",
};

/**
 * C and C++ sources: the upstream tarballs of Debian source packages. `sha256` pins the bytes, so a
 * new Debian revision of the same upstream release changes nothing. `variable` is the CMake variable
 * (cmake/sources.cmake); an environment variable of that name points set-up and build at a copy of
 * one's own.
 */
export const sources = [
  {
    folder: "xnnpack",
    variable: "DIVISI_XNNPACK_SOURCE",
    package: "xnnpack",
    version: "0.0~git20241108.4ea82e5",
    sha256: "90bde2caef0f880f627bab0dc805a86c4b8070cd98e3243db3046ab3f3be1a99",
    marker: "include/xnnpack.h",
  },
  {
    folder: "pthreadpool",
    variable: "DIVISI_PTHREADPOOL_SOURCE",
    package: "pthreadpool",
    version: "0.0~git20240616.560c60d",
    sha256: "4cc3cbd933b28131d2a34edc54f76af9fb41bc490af5eae1a5bd3cd07ea90708",
    marker: "include/pthreadpool.h",
  },
  {
    folder: "fxdiv",
    variable: "DIVISI_FXDIV_SOURCE",
    package: "fxdiv",
    version: "0.0~git20200417.b408327",
    sha256: "7953482badaf4cb34026c3487c257b8e4ab2df061c019bd6fabbbc12ad52c44b",
    marker: "include/fxdiv.h",
  },
  {
    folder: "fp16",
    variable: "DIVISI_FP16_SOURCE",
    package: "fp16",
    version: "0.0~git20200514.4dfe081",
    sha256: "7d7782b37b74136e0e12593a2a93ccbe7db831f4374cc408e44623d9b708b54e",
    marker: "include/fp16.h",
  },
  {
    folder: "kissfft",
    variable: "DIVISI_KISSFFT_SOURCE",
    package: "kissfft",
    version: "131.1.0",
    sha256: "76c1aac87ddb7258f34b08a13f0eebf9e53afa299857568346aa5c82bcafaf1a",
    marker: "kiss_fftr.h",
  },
  {
    folder: "speexdsp",
    variable: "DIVISI_SPEEXDSP_SOURCE",
    package: "speexdsp",
    version: "1.2.1",
    sha256: "8c777343e4a6399569c72abc38a95b24db56882c83dbdb6c6424a5f4aeb54d3d",
    marker: "libspeexdsp/resample.c",
  },
  {
    folder: "libebur128",
    variable: "DIVISI_EBUR128_SOURCE",
    package: "libebur128",
    version: "1.2.6",
    sha256: "baa7fc293a3d4651e244d8022ad03ab797ca3c2ad8442c43199afe8059faa613",
    marker: "ebur128/ebur128.c",
  },
  {
    folder: "flac",
    variable: "DIVISI_FLAC_SOURCE",
    package: "flac",
    version: "1.5.0+ds",
    sha256: "51d6a5bf5a37b67f9af847daa07c07091f6bf1583d5abb7fbb064bc68428b0f1",
    marker: "src/libFLAC/stream_decoder.c",
  },
  {
    folder: "miniaudio",
    variable: "DIVISI_MINIAUDIO_SOURCE",
    package: "miniaudio",
    version: "0.11.22+dfsg",
    sha256: "c16866ce5071744f60874f9b0e0c2dbee2dfea96ac2c43a06a02cd1df23a019c",
    marker: "miniaudio.h",
  },
  {
    folder: "nlohmann-json",
    variable: "DIVISI_JSON_SOURCE",
    package: "nlohmann-json3",
    version: "3.11.3",
    sha256: "0d8ef5af7f9794e3263480193c491549b2ba6cc74bb018906202ada498a79406",
    marker: "single_include/nlohmann/json.hpp",
  },
  {
    folder: "googletest",
    variable: "DIVISI_GOOGLETEST_SOURCE",
    package: "googletest",
    version: "1.16.0",
    sha256: "2f54382b5d13d6cd0be2afc524f1e510d37f8ba78c2d439c5bea64ef37e30d01",
    marker: "googletest/include/gtest/gtest.h",
  },
];

/** The Debian release whose archive has the sources and Emscripten. */
export const sourceSuite = "trixie";

/** cpuinfo, which XNNPACK asks for the CPU natively: a library built against Debian 12's libc. */
export const cpuinfo = {
  variable: "DIVISI_CPUINFO_SOURCE",
  suite: "bookworm",
  version: "0.0~git20220617.082deff",
  packages: ["libcpuinfo-dev", "libcpuinfo0"],
};

/**
 * Emscripten and Binaryen, unpacked into the project. Binaryen's programs want a newer libc than
 * Debian 12 has, so that comes along in the same folder; its revision doesn't touch the result.
 */
export const emscripten = {
  suite: "trixie",
  packages: [
    { package: "emscripten", version: "3.1.69+dfsg-3" },
    { package: "binaryen", version: "120-4" },
    { package: "libc6", version: "2.41-" },
    { package: "libstdc++6", version: "14.2.0-" },
    { package: "libgcc-s1", version: "14.2.0-" },
  ],
};

/** The Python linter, in the same virtual environment as the importer. */
export const ruff = "ruff==0.17.6";

/** Of PyPI, likewise: it looks at system headers no more, and so takes a third of Debian's time. */
export const clangTidy = "clang-tidy==23.1.4";
