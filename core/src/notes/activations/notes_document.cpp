#include "notes/activations/notes_document.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/json_fields.h"
#include "base/text.h"
#include "divisi/audio.h"

namespace divisi::notes {
namespace {

constexpr size_t kMostHarmonics = 16;
constexpr double kMostScale = 1e6;
constexpr int kHighestPitch = 127;
// What pitch contours are told in: thirds of a semitone.
constexpr int kBinsPerOctave = 36;
// Samples at either end of an octave's signal that its transform mirrors.
constexpr size_t kMirrored = 128;

Status readFrontEnd(const Json& object, HarmonicSpectrumOptions& spectrum) {
  JsonFields fields(object, "divisi.task: frontEnd.");
  const std::string type = fields.text("type");
  spectrum.hop = static_cast<size_t>(fields.integer("hop", 2, 65536));
  spectrum.minHz = fields.number("minHz", 1, 20000);
  spectrum.binsPerOctave = fields.integer("binsPerOctave", 12, 96);
  spectrum.spectrumBins = static_cast<size_t>(fields.integer("spectrumBins", 12, 1024));
  spectrum.bins = static_cast<size_t>(fields.integer("bins", 12, 1024));
  spectrum.harmonics = fields.numbers("harmonics");
  spectrum.scale = static_cast<float>(fields.number("scale", -kMostScale, kMostScale));
  spectrum.offset = static_cast<float>(fields.number("offset", -kMostScale, kMostScale));
  if (!fields.status().ok()) return fields.status();
  if (type != "harmonic-constant-q") {
    return unsupported("divisi.task: frontEnd.type " + quote(type) +
                       "; this build knows 'harmonic-constant-q'");
  }
  if (spectrum.binsPerOctave != kBinsPerOctave) {
    return unsupported("divisi.task: frontEnd.binsPerOctave must be 36, got " +
                       std::to_string(spectrum.binsPerOctave));
  }
  if (spectrum.bins > spectrum.spectrumBins || spectrum.bins % 3 != 0) {
    return badTask("frontEnd.bins must be whole semitones, at most spectrumBins, got " +
                   std::to_string(spectrum.bins));
  }
  const std::vector<double>& harmonics = spectrum.harmonics;
  if (harmonics.empty() || harmonics.size() > kMostHarmonics ||
      !std::ranges::all_of(harmonics, [](double h) { return h >= 0.125 && h <= 64; })) {
    return badTask("frontEnd.harmonics must be 1 to 16 numbers from 0.125 to 64, got " +
                   excerpt(object["harmonics"]));
  }
  return fields.end();
}

/// Every octave has a column for each of the first: windows and hops halve without a rest.
Status checkGeometry(const NotesDocument& document) {
  const HarmonicSpectrumOptions& spectrum = document.spectrum;
  const size_t perOctave = static_cast<size_t>(spectrum.binsPerOctave);
  const size_t octaves = (spectrum.spectrumBins + perOctave - 1) / perOctave;
  const size_t halvings = octaves - 1;
  if (static_cast<size_t>(std::countr_zero(spectrum.hop)) < halvings ||
      spectrum.frames / spectrum.hop + 1 < spectrum.columns ||
      spectrum.frames >> halvings <= kMirrored) {
    return unsupported("divisi.task: " + std::to_string(spectrum.columns) + " columns, " +
                       std::to_string(spectrum.hop) + " frames apart, of a window of " +
                       std::to_string(spectrum.frames) + " frames over " + std::to_string(octaves) +
                       " octaves");
  }
  if (2 * document.marginColumns >= spectrum.columns) {
    return badTask("chunking.marginColumns must leave some of the columns, got " +
                   std::to_string(document.marginColumns));
  }
  if (document.lowestPitch + static_cast<int>(document.pitches()) - 1 > kHighestPitch) {
    return badTask("lowestPitch must leave all pitches below 128, got " +
                   std::to_string(document.lowestPitch));
  }
  if (document.refinement.columns <= 2 * document.refinement.contextColumns) {
    return badTask("refinement.contextColumns must leave some of its columns, got " +
                   std::to_string(document.refinement.contextColumns));
  }
  return {};
}

}  // namespace

Result<NotesDocument> parseNotesDocument(std::string_view json) {
  const Result<Json> parsed = parseObject(json, "divisi.task");
  if (!parsed.ok()) return parsed.status();
  if (Status status = checkVersion(parsed.value(), "divisi.task"); !status.ok()) return status;
  NotesDocument document;
  JsonFields fields(parsed.value(), "divisi.task: ");
  fields.ignore("version");
  const std::string kind = fields.text("task");
  if (!fields.status().ok()) return fields.status();
  if (kind != "notes") return badTask("expected a model for notes, got task " + quote(kind));
  HarmonicSpectrumOptions& spectrum = document.spectrum;
  spectrum.sampleRate = fields.integer("sampleRate", kMinSampleRate, kMaxSampleRate);
  const int channels = fields.integer("channels", 1, 64);
  document.lowestPitch = fields.integer("lowestPitch", 0, kHighestPitch);
  const Json& frontEnd = fields.object("frontEnd");
  JsonFields chunking(fields.object("chunking"), "divisi.task: chunking.");
  JsonFields outputs(fields.object("outputs"), "divisi.task: outputs.");
  JsonFields refinement(fields.object("refinement"), "divisi.task: refinement.");
  if (!fields.status().ok()) return fields.status();
  if (channels != 1) {
    return unsupported("divisi.task: a network of " + std::to_string(channels) +
                       " channels; this build hears notes in mono");
  }
  spectrum.frames = static_cast<size_t>(chunking.integer("frames", 512, 1 << 20));
  spectrum.columns = static_cast<size_t>(chunking.integer("columns", 2, 65536));
  document.marginColumns = static_cast<size_t>(chunking.integer("marginColumns", 0, 1024));
  document.note = outputs.text("note");
  document.onset = outputs.text("onset");
  document.contour = outputs.text("contour");
  document.refinement = {
      .columns = static_cast<size_t>(refinement.integer("columns", 2, 65536)),
      .contextColumns = static_cast<size_t>(refinement.integer("contextColumns", 0, 1024)),
      .output = refinement.text("output")};
  for (JsonFields* each : {&chunking, &outputs, &refinement}) {
    if (Status status = each->end(); !status.ok()) return status;
  }
  if (Status status = readFrontEnd(frontEnd, spectrum); !status.ok()) return status;
  if (Status status = fields.end(); !status.ok()) return status;
  if (Status status = checkGeometry(document); !status.ok()) return status;
  return document;
}

}  // namespace divisi::notes
