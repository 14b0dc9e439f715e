// The chord network against numpy running the original weights (tests/golden/make_chords.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "chords/chord_document.h"
#include "chords/chord_network.h"
#include "chords/crema.h"
#include "chords/song_spectrum.h"
#include "golden/golden_input.h"
#include "spectrum/constant_q.h"

namespace divisi::chords {
namespace {

std::vector<float> monoSong() {
  const auto song = golden::makeSong();
  std::vector<float> mono(song[0].size());
  for (size_t n = 0; n < mono.size(); ++n) mono[n] = (song[0][n] + song[1][n]) / 2;
  return mono;
}

SongSpectrum spectrumOf(const std::vector<float>& samples, const audio::ConstantQOptions& options) {
  auto transform = audio::ConstantQ::create(options);
  EXPECT_TRUE(transform.ok());
  SongSpectrum spectrum(transform.value()->bins(), 36);
  std::vector<float> row(transform.value()->bins());
  EXPECT_TRUE(transform.value()->push(samples.data(), samples.size()));
  EXPECT_TRUE(transform.value()->finish());
  while (transform.value()->pull(row.data())) EXPECT_TRUE(spectrum.add(row));
  return spectrum;
}

float largestDifference(const std::vector<float>& got, const std::vector<float>& want) {
  EXPECT_EQ(got.size(), want.size());
  float worst = 0;
  for (size_t i = 0; i < std::min(got.size(), want.size()); ++i) {
    worst = std::max(worst, std::abs(got[i] - want[i]));
  }
  return worst;
}

TEST(ChordGolden, ProbabilitiesAreThoseOfTheOriginal) {
  auto document = parseChordDocument(test::crema().taskJson());
  ASSERT_TRUE(document.ok()) << document.status().message();
  const SongSpectrum spectrum = spectrumOf(monoSong(), document.value().constantQ);
  auto network = ChordNetwork::compile(test::crema(), std::move(document.value()));
  ASSERT_TRUE(network.ok()) << network.status().message();
  std::vector<float> chords;
  std::vector<float> bass;
  const auto append = [](std::vector<float>& to, std::span<const float> values) {
    to.insert(to.end(), values.begin(), values.end());
  };
  // Twice: nothing is kept from song to song. 132 frames are two runs of the network and a rest.
  for (int song = 0; song < 2; ++song) {
    chords.clear();
    bass.clear();
    const Status status = network.value()->run(
        spectrum, [&](std::span<const float> chordRow, std::span<const float> bassRow) {
          append(chords, chordRow);
          append(bass, bassRow);
          return Status();
        });
    ASSERT_TRUE(status.ok()) << status.message();
    // Largest difference of a probability, from audio on. The other decimation filter gives 7e-4.
    EXPECT_LE(largestDifference(chords, golden::read<float>("crema-chords/chords.f32")), 1e-3F);
    EXPECT_LE(largestDifference(bass, golden::read<float>("crema-chords/bass.f32")), 1e-3F);
  }
}

TEST(ChordGolden, TheSongHasTheChordOfTheOriginal) {
  test::TonalSong song;
  song.samples = monoSong();
  const test::HeardChords heard = test::hearChords(song, R"({"tuningCents": 0})");
  // index.json's: one chord, all along.
  ASSERT_EQ(heard.chords.size(), 1U);
  EXPECT_EQ(heard.chords[0].label, "C:min");
  EXPECT_EQ(heard.tuningCents, 0);
}

}  // namespace
}  // namespace divisi::chords
