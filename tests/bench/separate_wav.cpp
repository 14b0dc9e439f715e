// Separates WAV files natively, for listening, scoring and profiling without Wasm.
//
//   ninja -C build/native divisi_separate_wav
//   build/native/divisi_separate_wav MODEL OUT_FOLDER [--reference] [--high] [--gain DB] FILE...
//
// writes OUT_FOLDER/NAME/STEM.wav (32-bit float) and prints how long it took. FILE may be given as
// NAME=FILE. --gain changes the level of the input and is undone in the output, to see how far the
// result depends on it.
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
  SeparatorOptions options = arguments.options;
  options.sampleRate = song.sampleRate;
  options.channelCount = static_cast<int>(song.channels.size());
  auto created = Separator::create(model, options);
  if (!created.ok()) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), created.status().message().c_str());
    return false;
  }
  Separator& separator = *created.value();
  const auto begin = std::chrono::steady_clock::now();
  std::vector<const float*> pointers;
  for (const auto& channel : song.channels) pointers.push_back(channel.data());
  const size_t frames = song.channels[0].size();
  Status status = separator.push({pointers.data(), options.channelCount, frames});
  if (status.ok()) status = separator.finish();
  if (!status.ok()) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), status.message().c_str());
    return false;
  }
  std::vector<Wav> stems(separator.stems().size(), {song.sampleRate, song.channels});
  std::vector<std::vector<float*>> channels(stems.size());
  std::vector<float* const*> out;
  for (size_t i = 0; i < stems.size(); ++i) {
    for (auto& channel : stems[i].channels) channels[i].push_back(channel.data());
    out.push_back(channels[i].data());
  }
  const size_t pulled = separator.pull(out.data(), frames);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::filesystem::create_directories(arguments.out / name);
  bool written = pulled == frames;
  for (size_t i = 0; i < stems.size(); ++i) {
    for (auto& channel : stems[i].channels) {
      for (float& sample : channel) sample /= arguments.gain;
    }
    written = writeWav(arguments.out / name / (separator.stems()[i] + ".wav"), stems[i]) && written;
  }
  std::printf("%s: %.2f s for %.2f s of music\n", name.c_str(), seconds,
              static_cast<double>(frames) / song.sampleRate);
  return written;
}

int run(std::span<char*> words) {
  const Arguments arguments = parse(words);
  if (arguments.files.empty()) {
    std::fprintf(stderr, "usage: %s MODEL OUT_FOLDER [--reference] [--high] [--gain DB] FILE...\n",
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
