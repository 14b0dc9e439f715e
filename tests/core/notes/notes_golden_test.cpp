// The networks and the notes of mode "reference" against the original ONNX file and the package's
// note creation (tests/golden/make_notes.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "notes/activations/activation_stream.h"
#include "notes/activations/notes_document.h"
#include "notes/activations/notes_network.h"
#include "notes/activations/refinement.h"
#include "notes/notes_run.h"

namespace divisi::notes {
namespace {

// From window to window, in the original and in divisi's default.
constexpr size_t kOriginalHop = 36164;
constexpr size_t kEvenHop = 36352;

void append(std::vector<float>& to, std::span<const float> values) {
  to.insert(to.end(), values.begin(), values.end());
}

float largestDifference(const std::vector<float>& got, const std::vector<float>& want) {
  EXPECT_EQ(got.size(), want.size());
  EXPECT_FALSE(want.empty());
  float worst = 0;
  for (size_t i = 0; i < std::min(got.size(), want.size()); ++i) {
    worst = std::max(worst, std::abs(got[i] - want[i]));
  }
  return worst;
}

std::shared_ptr<NotesNetwork> network() {
  auto document = parseNotesDocument(test::basicPitch().taskJson());
  EXPECT_TRUE(document.ok()) << document.status().message();
  auto made = NotesNetwork::compile(test::basicPitch(), std::move(document.value()));
  EXPECT_TRUE(made.ok()) << made.status().message();
  return made.value();
}

TEST(NotesGolden, ActivationsAreThoseOfTheOriginal) {
  auto stream = ActivationStream::create(network(), kOriginalHop);
  ASSERT_TRUE(stream.ok()) << stream.status().message();
  std::vector<float> note;
  std::vector<float> onset;
  std::vector<float> contour;
  const auto keep = [&](const Activations& column) {
    append(note, column.note);
    append(onset, column.onset);
    append(contour, column.contour);
    return Status();
  };
  const std::vector<float> samples = test::goldenNotesInput();
  // In blocks of no round length.
  for (size_t begin = 0; begin < samples.size(); begin += 3333) {
    const size_t count = std::min<size_t>(3333, samples.size() - begin);
    ASSERT_TRUE(stream.value()->push(std::span(samples).subspan(begin, count), keep).ok());
  }
  ASSERT_TRUE(stream.value()->finish(keep).ok());
  // Largest difference of an activation, whose peak is near 1. float32 gives 2e-6.
  EXPECT_LE(largestDifference(test::goldenColumnsOf(note, 88),
                              golden::read<float>("basic-pitch/note.f32")),
            1e-4F);
  EXPECT_LE(largestDifference(test::goldenColumnsOf(onset, 88),
                              golden::read<float>("basic-pitch/onset.f32")),
            1e-4F);
  EXPECT_LE(largestDifference(test::goldenColumnsOf(contour, 264),
                              golden::read<float>("basic-pitch/contour.f32")),
            1e-4F);
}

TEST(NotesGolden, RefinementIsThatOfNumpy) {
  const auto networks = network();
  auto stream = ActivationStream::create(networks, kEvenHop);
  ASSERT_TRUE(stream.ok()) << stream.status().message();
  auto refinement = Refinement::create(networks);
  ASSERT_TRUE(refinement.ok()) << refinement.status().message();
  std::vector<float> odds;
  const auto keep = [&](std::span<const float>, std::span<const float> column) {
    append(odds, column);
    return Status();
  };
  const auto refine = [&](const Activations& column) {
    return refinement.value()->push(column, keep);
  };
  ASSERT_TRUE(stream.value()->push(test::goldenNotesInput(), refine).ok());
  ASSERT_TRUE(stream.value()->finish(refine).ok());
  ASSERT_TRUE(refinement.value()->finish(keep).ok());
  EXPECT_EQ(odds.size(), 391U * 88 * kLogOdds);  // index.json's evenColumns
  // Log-odds run over some 20, and float32 gives 2e-4; a column or a pitch that is off makes
  // several.
  EXPECT_LE(largestDifference(test::goldenColumnsOf(odds, 88 * kLogOdds),
                              golden::read<float>("basic-pitch/log_odds.f32")),
            5e-3F);
}

TEST(NotesGolden, NotesInModeReferenceAreThoseOfTheOriginal) {
  const auto index = nlohmann::json::parse(golden::read<char>("basic-pitch/index.json"));
  test::TonalSong song = {.sampleRate = 22050};
  song.samples = test::goldenNotesInput();
  const auto heard = test::hearNotes(song, R"({"mode": "reference"})", 1, 7777);
  ASSERT_EQ(heard.size(), index["notes"].size());
  for (size_t i = 0; i < heard.size(); ++i) {
    const auto& want = index["notes"][i];
    EXPECT_NEAR(heard[i].start, want["start"].get<double>(), 1e-5) << i;
    EXPECT_NEAR(heard[i].end, want["end"].get<double>(), 1e-5) << i;
    EXPECT_EQ(heard[i].pitch, want["pitch"].get<int>()) << i;
    EXPECT_NEAR(heard[i].velocity, std::round(127 * want["amplitude"].get<double>()), 1) << i;
    const auto bends = want["bends"].get<std::vector<float>>();
    ASSERT_EQ(heard[i].bends.size(), bends.size()) << i;
    for (size_t k = 0; k < bends.size(); ++k) {
      EXPECT_NEAR(heard[i].bends[k], bends[k] / 3, 1e-6) << i << ", bend " << k;
    }
  }
}

}  // namespace
}  // namespace divisi::notes
