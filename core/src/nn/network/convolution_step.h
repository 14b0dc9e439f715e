// A fused convolution as a step of a network.
#pragma once

#include <memory>
#include <span>

#include "divisi/status.h"
#include "nn/graph/step.h"
#include "nn/network/fusion.h"

namespace divisi::nn {

/// @param file holds the weights, which are not needed afterwards.
/// @param where names the node in messages.
Result<std::unique_ptr<Step>> makeConvolutionStep(const FusedNode& node,
                                                  std::span<const std::byte> file,
                                                  const std::string& where);

}  // namespace divisi::nn
