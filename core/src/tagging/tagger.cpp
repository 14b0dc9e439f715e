// The Tagger of the public API: the streams of the task "tagging", with types.
#include "divisi/tagger.h"

#include <utility>

#include "base/text.h"
#include "tagging/tagging_stream.h"
#include "tagging/tagging_task.h"

namespace divisi {
namespace {

class StreamTagger final : public Tagger {
 public:
  explicit StreamTagger(std::unique_ptr<TaskStream> stream) : stream_(std::move(stream)) {}

  [[nodiscard]] const std::vector<std::string>& labels() const override { return scores().labels; }
  [[nodiscard]] size_t embeddingSize() const override {
    return static_cast<size_t>(stream_->outputs()[tagging::kEmbedding].width);
  }
  [[nodiscard]] double hopSeconds() const override { return 1 / scores().rate; }
  [[nodiscard]] double patchSeconds() const override { return scores().itemSeconds; }
  [[nodiscard]] Status push(const AudioView& audio) override { return stream_->push(audio); }
  [[nodiscard]] size_t available() const override { return stream_->available(tagging::kScores); }

  [[nodiscard]] bool pull(float* scores, float* embedding) override {
    if (available() == 0) return false;
    stream_->pull(tagging::kScores, &scores, 1);
    stream_->pull(tagging::kEmbedding, &embedding, 1);
    return true;
  }

  [[nodiscard]] Status finish() override {
    Status status = stream_->finish();
    float padded = 0;
    float* const row = &padded;
    if (stream_->pull(tagging::kPadded, &row, 1) > 0) padded_ = padded > 0;
    return status;
  }

  [[nodiscard]] bool padded() const override { return padded_; }

 private:
  [[nodiscard]] const Output& scores() const { return stream_->outputs()[tagging::kScores]; }

  const std::unique_ptr<TaskStream> stream_;
  bool padded_ = false;
};

}  // namespace

Result<std::unique_ptr<Tagger>> Tagger::create(CompiledTask& task, const TaggerOptions& options) {
  if (task.name() != "tagging") {
    return badModel("expected a tagging model, got one for " + std::string(task.name()));
  }
  auto stream = task.open({.sampleRate = options.sampleRate, .channelCount = options.channelCount},
                          R"({"hopFrames":)" + std::to_string(options.hopFrames) + "}");
  if (!stream.ok()) return stream.status();
  return std::unique_ptr<Tagger>(std::make_unique<StreamTagger>(std::move(stream.value())));
}

Result<std::unique_ptr<Tagger>> Tagger::create(const Model& model, const TaggerOptions& options) {
  auto task = tagging::compileTagging(&model, {});
  if (!task.ok()) return task.status();
  return create(*task.value(), options);
}

}  // namespace divisi
