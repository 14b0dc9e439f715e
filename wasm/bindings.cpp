// The border between C++ and JavaScript: translates, computes nothing.
//
// Samples and bytes cross it through staging areas that C++ owns and JavaScript sees as typed-array
// views. A view is good until the next call into the module: growing the memory detaches it.
// Failures cross it as {code, message} with the words of divisi::codeName, and "ok".
#include <emscripten/bind.h>
#include <emscripten/em_js.h>
#include <emscripten/val.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "divisi/audio.h"
#include "divisi/model.h"
#include "divisi/separator.h"
#include "divisi/status.h"

// The typed arrays and lists of strings that --emit-tsd writes into the TypeScript declarations.
EMSCRIPTEN_DECLARE_VAL_TYPE(Float32View);
EMSCRIPTEN_DECLARE_VAL_TYPE(ByteView);
EMSCRIPTEN_DECLARE_VAL_TYPE(StringList);

// Memory that operator new cannot get ends the instance by a JavaScript exception; module.ts turns
// it into `out-of-memory` and drops the instance. (A failing malloc aborts, which does the same.)
EM_JS(void, throwOutOfMemory, (), { throw new Error("out of memory"); });

namespace divisi::wasm {
namespace {

// One stage of audio: 0.4 s at 44.1 kHz. Large enough that a call costs nothing beside the copy,
// small enough that eight channels of every stem stay below a few MiB.
constexpr size_t kStageFrames = 16384;

struct StatusValue {
  std::string code = "ok";
  std::string message;
};

StatusValue toValue(const Status& status) {
  if (status.ok()) return {};
  return {codeName(status.code()), status.message()};
}

// Bytes that JavaScript fills in.
class ByteBuffer {
 public:
  explicit ByteBuffer(size_t size) : bytes_(new std::byte[size]), size_(size) {}

  [[nodiscard]] ByteView view() const {
    return ByteView(emscripten::val(
        emscripten::typed_memory_view(size_, reinterpret_cast<uint8_t*>(bytes_.get()))));
  }
  [[nodiscard]] std::span<const std::byte> span() const { return {bytes_.get(), size_}; }

 private:
  // Not a vector: JavaScript overwrites every byte, so zeroing them first would be wasted.
  std::unique_ptr<std::byte[]> bytes_;
  size_t size_;
};

struct ModelDescription {
  StatusValue status;
  std::string task;
  std::string card;
};

ModelDescription describeModel(const ByteBuffer& bytes) {
  Result<Model> model = Model::open(bytes.span());
  if (!model.ok()) return {toValue(model.status()), {}, {}};
  return {{}, model.value().taskJson(), model.value().cardJson()};
}

struct StreamOptions {
  int sampleRate = 0;
  int channelCount = 0;
  bool reference = false;
  bool highQuality = false;
  StringList stems{emscripten::val::array()};
};

// A Separator with its staging areas: planar, [channel][kStageFrames], the stems one after another.
class SeparatorStream {
 public:
  SeparatorStream(const ByteBuffer& bytes, const StreamOptions& options) {
    status_ = open(bytes, options);
  }

  // Whether the constructor succeeded; where it did not, nothing else may be called.
  [[nodiscard]] StatusValue status() const { return toValue(status_); }
  [[nodiscard]] size_t stageFrames() const { return kStageFrames; }
  [[nodiscard]] size_t stemCount() const { return separator_->stems().size(); }
  [[nodiscard]] std::string stemName(size_t stem) const { return separator_->stems()[stem]; }

  [[nodiscard]] Float32View inputView(size_t channel) const { return viewOf(inputs_[channel]); }
  [[nodiscard]] Float32View outputView(size_t stem, size_t channel) const {
    return viewOf(outputs_[stem * inputs_.size() + channel]);
  }

  StatusValue push(size_t frameCount) {
    return toValue(separator_->push({.channels = inputs_.data(),
                                     .channelCount = static_cast<int>(inputs_.size()),
                                     .frameCount = std::min(frameCount, kStageFrames)}));
  }
  [[nodiscard]] size_t available() const { return separator_->available(); }
  size_t pull(size_t maxFrames) {
    return separator_->pull(stems_.data(), std::min(maxFrames, kStageFrames));
  }
  StatusValue finish() { return toValue(separator_->finish()); }

 private:
  Status open(const ByteBuffer& bytes, const StreamOptions& options) {
    Result<Model> model = Model::open(bytes.span());
    if (!model.ok()) return model.status();
    Result<std::unique_ptr<Separator>> separator = Separator::create(
        model.value(),
        {.sampleRate = options.sampleRate,
         .channelCount = options.channelCount,
         .mode = options.reference ? SeparationMode::kReference : SeparationMode::kBest,
         .quality = options.highQuality ? SeparationQuality::kHigh : SeparationQuality::kNormal,
         .stems = emscripten::vecFromJSArray<std::string>(options.stems)});
    if (!separator.ok()) return separator.status();
    separator_ = std::move(separator.value());
    allocateStages(static_cast<size_t>(options.channelCount));
    return {};
  }

  void allocateStages(size_t channelCount) {
    const size_t outputCount = separator_->stems().size() * channelCount;
    samples_.resize((channelCount + outputCount) * kStageFrames);
    for (size_t i = 0; i < channelCount + outputCount; ++i) {
      (i < channelCount ? inputs_ : outputs_).push_back(samples_.data() + i * kStageFrames);
    }
    for (size_t i = 0; i < outputCount; i += channelCount) stems_.push_back(&outputs_[i]);
  }

  static Float32View viewOf(float* samples) {
    return Float32View(emscripten::val(emscripten::typed_memory_view(kStageFrames, samples)));
  }

  Status status_;
  std::unique_ptr<Separator> separator_;
  std::vector<float> samples_;
  std::vector<float*> inputs_;
  std::vector<float*> outputs_;
  std::vector<float* const*> stems_;
};

// Runs when the module starts, before any call can allocate.
[[maybe_unused]] const std::new_handler kPrevious = std::set_new_handler(throwOutOfMemory);

}  // namespace
}  // namespace divisi::wasm

EMSCRIPTEN_BINDINGS(divisi) {
  using namespace divisi::wasm;  // NOLINT(google-build-using-namespace)
  emscripten::register_type<Float32View>("Float32Array");
  emscripten::register_type<ByteView>("Uint8Array");
  emscripten::register_type<StringList>("string[]");

  emscripten::value_object<StatusValue>("Status")
      .field("code", &StatusValue::code)
      .field("message", &StatusValue::message);
  emscripten::value_object<ModelDescription>("ModelDescription")
      .field("status", &ModelDescription::status)
      .field("task", &ModelDescription::task)
      .field("card", &ModelDescription::card);
  emscripten::value_object<StreamOptions>("StreamOptions")
      .field("sampleRate", &StreamOptions::sampleRate)
      .field("channelCount", &StreamOptions::channelCount)
      .field("reference", &StreamOptions::reference)
      .field("highQuality", &StreamOptions::highQuality)
      .field("stems", &StreamOptions::stems);

  emscripten::class_<ByteBuffer>("ByteBuffer")
      .constructor<size_t>()
      .function("view", &ByteBuffer::view);
  emscripten::function("describeModel", &describeModel);
  emscripten::class_<SeparatorStream>("SeparatorStream")
      .constructor<const ByteBuffer&, const StreamOptions&>()
      .function("status", &SeparatorStream::status)
      .function("stageFrames", &SeparatorStream::stageFrames)
      .function("stemCount", &SeparatorStream::stemCount)
      .function("stemName", &SeparatorStream::stemName)
      .function("inputView", &SeparatorStream::inputView)
      .function("outputView", &SeparatorStream::outputView)
      .function("push", &SeparatorStream::push)
      .function("available", &SeparatorStream::available)
      .function("pull", &SeparatorStream::pull)
      .function("finish", &SeparatorStream::finish);
}
