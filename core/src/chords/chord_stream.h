// ChordStream: the stream of the task "chords".
//
//   input -> mono at the model's rate -> tuning, from the beginning, which is held back for it ->
//   constant-Q spectrum; the network and the decoder at the end
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "audio/halfband_decimator.h"
#include "audio/sample_queue.h"
#include "base/growing_array.h"
#include "chords/chord_network.h"
#include "chords/frame_levels.h"
#include "chords/song_spectrum.h"
#include "divisi/chords.h"
#include "spectrum/constant_q.h"
#include "spectrum/partials/spectral_peaks.h"
#include "spectrum/partials/tuning.h"
#include "task/event_queue.h"
#include "task/mono_input.h"
#include "task/row_queue.h"

namespace divisi::chords {

/// Gets good audio only, and no call after a fault (CheckedStream).
class ChordStream final : public TaskStream {
 public:
  /// @param tuningCents nothing: to be measured. @return kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<ChordStream>> create(std::shared_ptr<ChordNetwork> network,
                                                     const StreamFormat& format,
                                                     std::optional<double> tuningCents);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  /// Nothing comes before the end.
  [[nodiscard]] StreamTiming timing() const override { return {}; }
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override {
    return output == kChordsOutput ? chords_.available() : tuning_.available();
  }
  size_t pull(size_t output, float* const* planes, size_t maxItems) override {
    return output == kChordTuningOutput ? tuning_.pull(planes[0], maxItems) : 0;
  }
  size_t pullEvents(size_t output, std::span<Event> events) override {
    return output == kChordsOutput ? chords_.pull(events) : 0;
  }

 private:
  ChordStream(std::shared_ptr<ChordNetwork> network, const StreamFormat& format);

  /// What measures the tuning, until it is known.
  struct Listening {
    audio::HalfbandDecimator decimator;
    audio::SampleQueue halved;
    std::unique_ptr<audio::SpectralPeaks> partials;
    audio::TuningMeter meter;
    audio::SampleQueue held;
    size_t heardFrames = 0;

    void hear();  // what has become complete
  };

  Status listen();
  Status takeSamples();
  Status holdBack(const float* samples, size_t count);
  Status listenToTheEnd();
  Status stopListening();
  Status startTransform(double tuningCents);
  Status analyse(const float* samples, size_t count);
  Status takeRows();
  Status decode();

  const std::shared_ptr<ChordNetwork> network_;
  const StreamFormat format_;
  const std::vector<Output> outputs_;
  std::unique_ptr<task::MonoInput> input_;
  std::unique_ptr<Listening> listening_;         // null once the tuning is known
  std::unique_ptr<audio::ConstantQ> transform_;  // null until then
  double tuningCents_ = 0;
  std::vector<float> row_;
  SongSpectrum spectrum_;
  FrameLevels levels_;
  task::EventQueue chords_;
  task::RowQueue tuning_;
};

}  // namespace divisi::chords
