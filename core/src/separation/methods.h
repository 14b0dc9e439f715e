// The methods of separation that an engine has: whole_engine.cpp and small_engine.cpp say which.
#pragma once

#include <memory>

#include "divisi/model.h"
#include "divisi/status.h"
#include "separation/method/separation_method.h"

namespace divisi::separation {

/// The method for the model's document. @return as CompiledTask::compile.
Result<std::shared_ptr<const SeparationMethod>> compileMethod(const Model& model, bool live);

}  // namespace divisi::separation
