// Separates WAV files natively, for listening, scoring and profiling without Wasm.
//
//   ninja -C build/native divisi_separate_wav
//   build/native/divisi_separate_wav MODEL OUT_FOLDER [--reference] [--high] [--live SECONDS]
//       [--gain DB] FILE...
//
// writes OUT_FOLDER/NAME/STEM.wav (32-bit float) and prints how long it took. FILE may be given as
// NAME=FILE. --live separates with that latency, which is taken out of the files. --gain changes
// the level of the input and is undone in the output, to see how far the result depends on it.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "divisi/model.h"
#include "divisi/separator.h"
#include "wav_file.h"

namespace divisi::bench {
namespace {

struct Arguments {
  std::string model;
  std::filesystem::path out;
  SeparatorOptions options;
  double liveLatency = 0;  // 0: not live
  float gain = 1;
  std::vector<std::string> files;
};

Arguments parse(std::span<char*> words) {
  Arguments arguments;
  std::vector<std::string> plain;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string word = words[i];
    if (word == "--reference") {
      arguments.options.mode = SeparationMode::kReference;
    } else if (word == "--high") {
      arguments.options.quality = SeparationQuality::kHigh;
    } else if (word == "--live" && i + 1 < words.size()) {
      arguments.liveLatency = std::stod(words[++i]);
    } else if (word == "--gain" && i + 1 < words.size()) {
      arguments.gain = std::pow(10.0F, std::stof(words[++i]) / 20);
    } else {
      plain.push_back(word);
    }
  }
  if (plain.size() < 3) return arguments;
  arguments.model = plain[0];
  arguments.out = plain[1];
  arguments.files.assign(plain.begin() + 2, plain.end());
  return arguments;
}

struct Stem {
  std::string name;
  Wav wav;
};

/// Makes room for every stem. @return out[stem][channel] for pull(), good as long as `stems`.
struct Places {
  Places(const std::vector<std::string>& names, const Wav& song, std::vector<Stem>& stems) {
    for (const std::string& name : names) stems.push_back({name, {song.sampleRate, song.channels}});
    for (Stem& stem : stems) {
      channels.emplace_back();
      for (auto& channel : stem.wav.channels) channels.back().push_back(channel.data());
    }
    for (const auto& stem : channels) out.push_back(stem.data());
  }
  std::vector<std::vector<float*>> channels;
  std::vector<float* const*> out;
};

AudioView viewOf(const std::vector<const float*>& pointers, size_t frames) {
  return {pointers.data(), static_cast<int>(pointers.size()), frames};
}

Status separateWhole(const Model& model, const Arguments& arguments, const Wav& song,
                     std::vector<Stem>& stems) {
  SeparatorOptions options = arguments.options;
  options.sampleRate = song.sampleRate;
  options.channelCount = static_cast<int>(song.channels.size());
  auto separator = Separator::create(model, options);
  if (!separator.ok()) return separator.status();
  std::vector<const float*> pointers;
  for (const auto& channel : song.channels) pointers.push_back(channel.data());
  Status status = separator.value()->push(viewOf(pointers, song.channels[0].size()));
  if (status.ok()) status = separator.value()->finish();
  if (!status.ok()) return status;
  const Places places(separator.value()->stems(), song, stems);
  separator.value()->pull(places.out.data(), song.channels[0].size());
  return {};
}

Status separateLive(const Model& model, const Arguments& arguments, const Wav& song,
                    std::vector<Stem>& stems) {
  auto live = LiveSeparator::create(model, {.sampleRate = song.sampleRate,
                                            .channelCount = static_cast<int>(song.channels.size()),
                                            .latency = arguments.liveLatency});
  if (!live.ok()) return live.status();
  const size_t latency = live.value()->latency();
  std::printf("latency %zu frames, a run every %zu\n", latency, live.value()->hopFrames());
  // The song and as much silence as brings its last frame out.
  Wav padded = song;
  for (auto& channel : padded.channels) channel.resize(channel.size() + latency);
  std::vector<const float*> pointers;
  for (const auto& channel : padded.channels) pointers.push_back(channel.data());
  Status status = live.value()->push(viewOf(pointers, padded.channels[0].size()));
  if (!status.ok()) return status;
  const Places places(live.value()->stems(), padded, stems);
  live.value()->pull(places.out.data(), padded.channels[0].size());
  for (Stem& stem : stems) {
    for (auto& channel : stem.wav.channels) {
      channel.erase(channel.begin(), channel.begin() + static_cast<std::ptrdiff_t>(latency));
    }
  }
  return {};
}

bool separateFile(const Model& model, const Arguments& arguments, const std::string& file) {
  const size_t equals = file.find('=');
  const std::string path = equals == std::string::npos ? file : file.substr(equals + 1);
  const std::string name = equals == std::string::npos ? std::filesystem::path(path).stem().string()
                                                       : file.substr(0, equals);
  Wav song = readWav(path);
  if (song.channels.empty()) {
    std::fprintf(stderr, "%s: not a readable WAV file\n", path.c_str());
    return false;
  }
  for (auto& channel : song.channels) {
    for (float& sample : channel) sample *= arguments.gain;
  }
  const auto begin = std::chrono::steady_clock::now();
  std::vector<Stem> stems;
  const Status status = arguments.liveLatency > 0 ? separateLive(model, arguments, song, stems)
                                                  : separateWhole(model, arguments, song, stems);
  if (!status.ok()) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), status.message().c_str());
    return false;
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::filesystem::create_directories(arguments.out / name);
  bool written = true;
  for (Stem& stem : stems) {
    for (auto& channel : stem.wav.channels) {
      for (float& sample : channel) sample /= arguments.gain;
    }
    written = writeWav(arguments.out / name / (stem.name + ".wav"), stem.wav) && written;
  }
  std::printf("%s: %.2f s for %.2f s of music\n", name.c_str(), seconds,
              static_cast<double>(song.channels[0].size()) / song.sampleRate);
  return written;
}

int run(std::span<char*> words) {
  const Arguments arguments = parse(words);
  if (arguments.files.empty()) {
    std::fprintf(stderr,
                 "usage: %s MODEL OUT_FOLDER [--reference] [--high] [--live SECONDS] [--gain DB] "
                 "FILE...\n",
                 words[0]);
    return 2;
  }
  std::ifstream file(arguments.model, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  auto model = Model::open(std::as_bytes(std::span(bytes)));
  if (!model.ok()) {
    std::fprintf(stderr, "%s: %s\n", arguments.model.c_str(), model.status().message().c_str());
    return 1;
  }
  int failed = 0;
  for (const std::string& name : arguments.files) {
    if (!separateFile(model.value(), arguments, name)) ++failed;
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace divisi::bench

int main(int argc, char** argv) { return divisi::bench::run({argv, static_cast<size_t>(argc)}); }
