// The method of separation by masks: networks that hear magnitudes, and estimate those of stems.
#pragma once

#include <memory>

#include "divisi/model.h"
#include "divisi/status.h"
#include "separation/chunks/separation_document.h"
#include "separation/method/separation_method.h"

namespace divisi::separation {

/// @param live for live streams, whose chunks are shorter.
/// @return as CompiledTask::compile.
Result<std::shared_ptr<const SeparationMethod>> compileMaskMethod(const Model& model,
                                                                  SeparationDocument document,
                                                                  bool live);

}  // namespace divisi::separation
