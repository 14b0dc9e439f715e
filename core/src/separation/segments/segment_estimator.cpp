#include "separation/segments/segment_estimator.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/text.h"
#include "nn/graph/shape.h"
#include "separation/segments/port_tensors.h"

namespace divisi::separation {
namespace {

std::string namesOf(const std::vector<nn::Port>& ports) {
  std::string names;
  for (const nn::Port& port : ports) names += (names.empty() ? "" : ", ") + quote(port.name);
  return names;
}

/// The network's port for one of the document's.
Result<size_t> findPort(const std::vector<nn::Port>& ports, const SegmentPort& wanted,
                        const std::string& kind) {
  const auto found = std::ranges::find(ports, wanted.name, &nn::Port::name);
  if (found == ports.end()) {
    return badModel("divisi.graph has no " + kind + " " + quote(wanted.name) +
                    " as divisi.task says; it has " + namesOf(ports));
  }
  const std::vector<int64_t> shape = wanted.layout.shape(wanted.sizes);
  if (found->shape != shape) {
    return badModel("divisi.graph: " + kind + " " + quote(wanted.name) + " has the shape " +
                    nn::shapeText(found->shape) + "; divisi.task, by the layout " +
                    quote(wanted.layout.text()) + ", says " + nn::shapeText(shape));
  }
  return static_cast<size_t>(found - ports.begin());
}

audio::StereoBin* binsOf(FloatBuffer& spectrum) {
  return reinterpret_cast<audio::StereoBin*>(spectrum.data());
}

}  // namespace

Result<std::shared_ptr<SegmentEstimator>> SegmentEstimator::compile(const Model& model,
                                                                    SegmentDocument document) {
  std::shared_ptr<SegmentEstimator> result(new SegmentEstimator(std::move(document)));
  if (Status status = result->connect(model); !status.ok()) return status;
  if (Status status = result->allocate(); !status.ok()) return status;
  return result;
}

Status SegmentEstimator::connect(const Model& model) {
  nn::NetworkOptions options{.placesPorts = true};
  for (const SegmentPort& output : document_.outputs) options.outputs.push_back(output.name);
  auto network = nn::Network::compile(model, options);
  if (!network.ok()) return network.status();
  network_ = std::move(network.value());
  const std::vector<nn::Port>& inputs = network_->inputs();
  if (inputs.size() != document_.inputs.size()) {
    return badModel("divisi.graph has " + std::to_string(inputs.size()) + " inputs, " +
                    namesOf(inputs) + "; divisi.task names " +
                    std::to_string(document_.inputs.size()));
  }
  inputPointers_.assign(network_->inputPlaces().begin(), network_->inputPlaces().end());
  for (const SegmentPort& input : document_.inputs) {
    const Result<size_t> port = findPort(inputs, input, "input");
    if (!port.ok()) return port.status();
    inputs_.push_back(network_->inputPlaces()[port.value()]);
  }
  for (const SegmentPort& output : document_.outputs) {
    const Result<size_t> port = findPort(network_->outputs(), output, "output");
    if (!port.ok()) return port.status();
    outputs_.push_back(network_->outputPlaces()[port.value()]);
  }
  return {};
}

Status SegmentEstimator::allocate() {
  heard_ = FloatBuffer(2 * heardFrames());
  rendered_ = FloatBuffer(2 * heardFrames());
  bool ok = heard_ && rendered_;
  if (document_.transform) {
    auto transform = audio::SegmentTransform::create(*document_.transform);
    if (!transform.ok()) return transform.status();
    transform_ = std::move(transform.value());
    mix_ = FloatBuffer(transform_->spectrumFloats());
    stem_ = FloatBuffer(transform_->spectrumFloats());
    ok = ok && mix_ && stem_;
  }
  if (document_.ratioMask) {
    const SegmentPort& port = document_.outputs.front();
    const PortPlaces places(port, 0);
    shares_ = FloatBuffer(places.columns * places.bins * 2);
    ok = ok && shares_;
  }
  return ok ? Status() : outOfMemory("a segment of audio");
}

Status SegmentEstimator::estimate() {
  if (transform_) {
    transform_->forward(heard(0), heard(document_.channels == 2 ? 1 : 0), mix_.data());
  }
  for (size_t i = 0; i < inputs_.size(); ++i) fill(document_.inputs[i], inputs_[i]);
  if (Status status = network_->run(inputPointers_, network_->outputPlaces()); !status.ok())
    return status;
  if (document_.ratioMask) sumMagnitudes();
  return {};
}

void SegmentEstimator::fill(const SegmentPort& port, float* tensor) {
  if (port.value == PortValue::kWaveform) {
    writeWaveform(port, heard_.data(), heardFrames(), tensor);
  } else {
    writeSpectrum(port, binsOf(mix_), transform_->bins(), size(document_.zeroedBins), tensor);
  }
}

void SegmentEstimator::sumMagnitudes() {
  const RatioMask& mask = *document_.ratioMask;
  std::fill_n(shares_.data(), shares_.size(), static_cast<float>(mask.epsilon));
  for (size_t i = 0; i < outputs_.size(); ++i) {
    const SegmentPort& port = document_.outputs[i];
    for (size_t index = 0; index < port.stems.size(); ++index) {
      if (!port.stems[index]) continue;
      addPowers(port, index, outputs_[i], mask.exponent, shares_.data());
    }
  }
}

size_t SegmentEstimator::givenStems() const {
  size_t count = 0;
  for (size_t stem = 0; stem < document_.stems.size(); ++stem)
    count += document_.gives(stem) ? 1 : 0;
  return count;
}

void SegmentEstimator::render(size_t stem) {
  std::fill_n(rendered_.data(), rendered_.size(), 0.0F);
  bool hasSpectrum = false;
  for (size_t i = 0; i < outputs_.size(); ++i) {
    const SegmentPort& port = document_.outputs[i];
    const auto found = std::ranges::find(port.stems, std::optional(stem));
    if (found == port.stems.end()) continue;
    const auto index = static_cast<size_t>(found - port.stems.begin());
    const float* tensor = outputs_[i];
    if (port.value == PortValue::kWaveform) {
      addWaveform(port, index, tensor, heardFrames(), rendered_.data());
      continue;
    }
    if (!hasSpectrum) std::fill_n(stem_.data(), stem_.size(), 0.0F);
    hasSpectrum = true;
    if (document_.ratioMask) {
      addShared(port, index, tensor, *document_.ratioMask, givenStems(), shares_.data(),
                binsOf(mix_), transform_->bins(), binsOf(stem_));
    } else {
      addSpectrum(port, index, tensor, binsOf(mix_), transform_->bins(), binsOf(stem_));
    }
  }
  if (hasSpectrum) {
    transform_->inverse(stem_.data(), rendered_.data(), rendered_.data() + heardFrames());
  }
}

void SegmentEstimator::mixRendered() {
  const size_t frames = heardFrames();
  float* left = rendered_.data();
  for (size_t n = 0; n < frames; ++n) left[n] = 0.5F * (left[n] + left[frames + n]);
}

}  // namespace divisi::separation
