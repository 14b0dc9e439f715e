// WAV files for developers' tools: reads 16-bit, 24-bit and float, writes 32-bit float.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace divisi::bench {

struct Wav {
  int sampleRate = 0;
  std::vector<std::vector<float>> channels;  // empty: not readable
};

inline Wav readWav(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  const auto number = [&](size_t at, size_t size) {
    uint32_t value = 0;
    if (at + size <= bytes.size()) std::memcpy(&value, bytes.data() + at, size);
    return value;
  };
  Wav wav;
  uint32_t format = 0;
  uint32_t channelCount = 0;
  uint32_t bits = 0;
  for (size_t at = 12; at + 8 <= bytes.size();) {
    const std::string id(bytes.data() + at, 4);
    const size_t size = std::min<size_t>(number(at + 4, 4), bytes.size() - at - 8);
    const size_t data = at + 8;
    if (id == "fmt ") {
      format = number(data, 2);
      channelCount = number(data + 2, 2);
      wav.sampleRate = static_cast<int>(number(data + 4, 4));
      bits = number(data + 14, 2);
      if (format == 0xFFFE) format = number(data + 24, 2);
    } else if (id == "data" && channelCount > 0 && bits >= 16) {
      const size_t width = bits / 8;
      const size_t frames = size / width / channelCount;
      wav.channels.assign(channelCount, std::vector<float>(frames));
      for (size_t n = 0; n < frames * channelCount; ++n) {
        const uint32_t raw = number(data + n * width, width);
        float value = 0;
        if (format == 3) {
          std::memcpy(&value, &raw, sizeof(value));
        } else {
          value = static_cast<float>(static_cast<int32_t>(raw << (32 - bits))) / 2147483648.0F;
        }
        wav.channels[n % channelCount][n / channelCount] = value;
      }
    }
    at = data + size + size % 2;
  }
  return wav;
}

inline bool writeWav(const std::string& path, const Wav& wav) {
  const auto channelCount = static_cast<uint32_t>(wav.channels.size());
  const auto frames = static_cast<uint32_t>(wav.channels.empty() ? 0 : wav.channels[0].size());
  std::string bytes;
  const auto put = [&](uint32_t value, size_t size) {
    bytes.append(reinterpret_cast<const char*>(&value), size);
  };
  const uint32_t dataBytes = frames * channelCount * 4;
  bytes += "RIFF";
  put(36 + dataBytes, 4);
  bytes += "WAVEfmt ";
  put(16, 4);
  put(3, 2);
  put(channelCount, 2);
  put(static_cast<uint32_t>(wav.sampleRate), 4);
  put(static_cast<uint32_t>(wav.sampleRate) * channelCount * 4, 4);
  put(channelCount * 4, 2);
  put(32, 2);
  bytes += "data";
  put(dataBytes, 4);
  for (uint32_t n = 0; n < frames; ++n) {
    for (const auto& channel : wav.channels) {
      bytes.append(reinterpret_cast<const char*>(&channel[n]), sizeof(float));
    }
  }
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return static_cast<bool>(file);
}

}  // namespace divisi::bench
