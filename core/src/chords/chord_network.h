// ChordNetwork: the network of a chord model, over a whole song.
//
//   void use(std::span<const float> chords, std::span<const float> bass);
//
//   Status judge(ChordNetwork& network, const SongSpectrum& song) {
//     return network.run(song, [](std::span<const float> chords, std::span<const float> bass) {
//       use(chords, bass);
//       return Status();
//     });
//   }
//
// Its recurrent layers read the song from both ends, and remember for minutes: cut into pieces of
// 10 s with 18 s of context, probabilities change by 0.1 and more. So each layer runs over all of
// the song, in runs of some frames between which its state is carried, forwards and, over rows in
// reverse, backwards. That is exact for any length, and takes 2 kB a frame while it runs (22 kB a
// second).
//
// Nothing is kept from one song to the next, so one instance serves any number of streams in turns.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "chords/chord_document.h"
#include "chords/song_spectrum.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "nn/network/network.h"

namespace divisi::chords {

class ChordNetwork {
 public:
  /// What is told the probabilities of each chord and of each bass note (C to B, and none), frame
  /// by frame.
  using Consumer = std::function<Status(std::span<const float>, std::span<const float>)>;

  /// @return as Network::compile; kBadModel when graph and document do not fit each other.
  static Result<std::shared_ptr<ChordNetwork>> compile(const Model& model, ChordDocument document);

  [[nodiscard]] const ChordDocument& document() const { return document_; }

  /// @return kOutOfMemory, or the first error of the consumer.
  Status run(const SongSpectrum& song, const Consumer& consumer);

 private:
  /// Networks of one output or two, compiled from the same graph.
  struct Part {
    std::unique_ptr<nn::Network> network;
    size_t input = 0;                       // index among the graph's
    std::vector<FloatBuffer> results = {};  // of a run
  };
  /// Rows of the whole song.
  struct Rows {
    FloatBuffer values;
    size_t width = 0;
  };

  explicit ChordNetwork(ChordDocument document) : document_(std::move(document)) {}

  Status compilePart(const Model& model, size_t input, std::vector<std::string> outputs,
                     const std::shared_ptr<nn::Workspace>& workspace);
  [[nodiscard]] Status checkPorts() const;
  [[nodiscard]] size_t widthOf(size_t part) const;
  [[nodiscard]] Status makeRows(size_t frames, size_t width, Rows& rows) const;
  Status runPart(Part& part, nn::NetworkState* state);
  Status runFront(const SongSpectrum& song, Rows& rows);
  Status runLayer(size_t layer, size_t frames, Rows& rows);
  Status runDirection(Part& part, bool backward, size_t frames, const Rows& from, float* to,
                      size_t stride);
  Status runHeads(size_t frames, const Rows& rows, const Consumer& consumer);

  const ChordDocument document_;
  std::vector<Part> parts_;  // the front, both ways of each layer, the heads
  FloatBuffer input_;        // of a run of any part
};

}  // namespace divisi::chords
