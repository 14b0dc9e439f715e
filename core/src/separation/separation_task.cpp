#include "separation/separation_task.h"

#include <algorithm>
#include <utility>

#include "audio/audio_check.h"
#include "audio/resampler.h"
#include "base/text.h"
#include "separation/chunks/level_stream.h"
#include "separation/method/separation_method.h"
#include "separation/methods.h"
#include "separation/separation_stream.h"
#include "task/checked_stream.h"
#include "task/constant_latency.h"
#include "task/options.h"

namespace divisi::separation {
namespace {

constexpr std::string_view kName = "separation";

// 2^48 frames are 46 years at 192 kHz: no song, and far from where products of positions and rates
// would leave 64 bits.
constexpr uint64_t kMaxFrames = uint64_t{1} << 48;
constexpr uint64_t kMaxChunks = uint64_t{1} << 31;  // a size_t of Wasm holds it

Status checkLength(uint64_t frameCount) {
  if (frameCount == 0) {
    return {StatusCode::kBadAudio, "the audio is empty: expected at least 1 frame, got 0"};
  }
  if (frameCount >= kMaxFrames) {
    return {StatusCode::kBadAudio,
            "expected a song of 1 to 2^48 frames, got " + std::to_string(frameCount)};
  }
  return {};
}

/// Whether the option is the second of two words.
bool isSecond(JsonFields& fields, const Json& options, const char* key, const char* first,
              const char* second) {
  if (!fields.has(key)) return false;
  const std::string word = fields.text(key);
  if (word != first && word != second && fields.status().ok()) {
    fields.fail(key, std::string("'") + first + "' or '" + second + "'", options.at(key));
  }
  return word == second;
}

Result<SeparationOptions> parse(std::string_view json, bool live) {
  const Result<Json> parsed = task::parseOptions(json);
  if (!parsed.ok()) return parsed.status();
  const Json& given = parsed.value();
  JsonFields fields = task::optionFields(given);
  SeparationOptions options;
  if (fields.has("stems")) options.stems = fields.texts("stems");
  if (live) {
    options.latency = fields.number("latency", 0, 60);
  } else {
    if (isSecond(fields, given, "mode", "best", "reference")) {
      options.mode = SeparationMode::kReference;
    }
    if (isSecond(fields, given, "quality", "normal", "high")) {
      options.quality = SeparationQuality::kHigh;
    }
    if (fields.has("firstChunk")) {
      options.firstChunk = static_cast<size_t>(fields.count("firstChunk", kMaxChunks));
    }
    if (fields.has("levels")) options.levels = fields.numbers("levels");
    if (fields.has("measure")) options.measure = fields.boolean("measure");
    if (fields.has("frameCount")) options.frameCount = fields.count("frameCount", kMaxFrames);
    // 0 is what a stream that is not live has.
    if (fields.has("latency")) options.latency = fields.number("latency", 0, 60);
  }
  if (Status status = fields.end(); !status.ok()) return status;
  return options;
}

class CompiledSeparation final : public CompiledTask {
 public:
  CompiledSeparation(std::shared_ptr<const SeparationMethod> method, bool live)
      : method_(std::move(method)), live_(live) {}

  [[nodiscard]] std::string_view name() const override { return kName; }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           std::string_view optionsJson) override {
    const Result<SeparationOptions> options = parse(optionsJson, live_);
    if (!options.ok()) return options.status();
    return open(format, options.value());
  }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           const SeparationOptions& options) {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    if (!live_ && options.latency != 0) {
      return Status(StatusCode::kBadOption, "latency must be 0 unless compiled for live, got " +
                                                std::to_string(options.latency));
    }
    if (options.measure) return openLevels(format, options);
    return openStems(format, options);
  }

  Result<std::vector<ChunkBounds>> chunks(const StreamFormat& format, std::string_view optionsJson,
                                          uint64_t frameCount) override {
    const Result<SeparationOptions> options = parse(optionsJson, live_);
    if (!options.ok()) return options.status();
    if (live_) return Status(StatusCode::kUnsupported, "a live stream has no chunks");
    const auto plan = method_->plan(choicesOf(options.value()));
    if (!plan.ok()) return plan.status();
    const auto made = timelineOf(*plan.value(), format, frameCount);
    if (!made.ok()) return made.status();
    const Timeline& timeline = *made.value();
    const size_t count = timeline.chunkCount(frameCount);
    const auto inSong = [&](uint64_t frame) { return std::min(frame, frameCount); };
    std::vector<ChunkBounds> chunks(count);
    for (size_t i = 0; i < count; ++i) {
      const bool last = i + 1 == count;
      chunks[i] = {.outputBegin = inSong(timeline.outputBegin(i)),
                   .outputEnd = last ? frameCount : inSong(timeline.outputBegin(i + 1)),
                   .inputBegin = inSong(timeline.startAt(i).inputFrame),
                   .inputEnd = last ? frameCount : inSong(timeline.inputEnd(i))};
    }
    return chunks;
  }

 private:
  static SeparationChoices choicesOf(const SeparationOptions& options) {
    return {.mode = options.mode, .quality = options.quality, .latency = options.latency};
  }

  Result<std::shared_ptr<const Timeline>> timelineOf(const SeparationPlan& plan,
                                                     const StreamFormat& format,
                                                     uint64_t frameCount) const {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    if (Status status = checkLength(frameCount); !status.ok()) return status;
    const int modelRate = method_->sampleRate();
    const auto toModelRate = audio::Resampler::create(1, format.sampleRate, modelRate);
    if (!toModelRate.ok()) return toModelRate.status();
    const auto toInputRate = audio::Resampler::create(1, modelRate, format.sampleRate);
    if (!toInputRate.ok()) return toInputRate.status();
    return plan.timeline(toModelRate.value()->timing(), toInputRate.value()->timing());
  }

  Result<std::unique_ptr<TaskStream>> openLevels(const StreamFormat& format,
                                                 const SeparationOptions& options) const {
    const auto plan = method_->plan(choicesOf(options));
    if (!plan.ok()) return plan.status();
    auto timeline = timelineOf(*plan.value(), format, options.frameCount);
    if (!timeline.ok()) return timeline.status();
    LevelKind kind = plan.value()->levelKind();
    // Where no chunk needs any, whoever asks gets what a model with a level would.
    if (kind.numbers() == 0) kind.scale = LevelKind::Scale::kLevel;
    auto stream = LevelStream::create(timeline.value(), kind, format,
                                      method_->groups(format.channelCount), options.frameCount);
    if (!stream.ok()) return stream.status();
    return std::unique_ptr<TaskStream>(std::make_unique<task::CheckedStream>(
        std::move(stream.value()), format.channelCount, 0, options.frameCount));
  }

  Result<std::unique_ptr<TaskStream>> openStems(const StreamFormat& format,
                                                const SeparationOptions& options) const {
    auto stream = SeparationStream::create(*method_, format,
                                           {.choices = choicesOf(options),
                                            .stems = options.stems,
                                            .firstChunk = options.firstChunk,
                                            .levels = options.levels});
    if (!stream.ok()) return stream.status();
    const uint64_t begin = stream.value()->inputBegin();
    std::unique_ptr<TaskStream> inner = std::move(stream.value());
    if (live_) inner = std::make_unique<task::ConstantLatency>(std::move(inner));
    return std::unique_ptr<TaskStream>(
        std::make_unique<task::CheckedStream>(std::move(inner), format.channelCount, begin));
  }

  const std::shared_ptr<const SeparationMethod> method_;
  const bool live_;
};

}  // namespace

Result<std::shared_ptr<CompiledTask>> compileSeparation(const Model* model,
                                                        const CompileOptions& options) {
  auto method = compileMethod(*model, options.live);
  if (!method.ok()) return method.status();
  return std::shared_ptr<CompiledTask>(
      std::make_shared<CompiledSeparation>(std::move(method.value()), options.live));
}

Result<std::unique_ptr<TaskStream>> openSeparation(CompiledTask& task, const StreamFormat& format,
                                                   const SeparationOptions& options) {
  if (task.name() != kName) {
    return badModel("expected a separation model, got one for " + std::string(task.name()));
  }
  // compileSeparation() makes no others of this name.
  return static_cast<CompiledSeparation&>(task).open(format, options);
}

}  // namespace divisi::separation
