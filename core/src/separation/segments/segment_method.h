// The method of separation by segments of audio: networks that hear samples or complex spectra, and
// estimate those of stems.
#pragma once

#include <memory>

#include "divisi/model.h"
#include "divisi/status.h"
#include "separation/method/separation_method.h"
#include "separation/segments/document/segment_document.h"

namespace divisi::separation {

/// @return as CompiledTask::compile.
Result<std::shared_ptr<const SeparationMethod>> compileSegmentMethod(const Model& model,
                                                                     SegmentDocument document);

/// Why such a model has no live form.
[[nodiscard]] Status liveIsUnsupported(const SegmentDocument& document);

}  // namespace divisi::separation
