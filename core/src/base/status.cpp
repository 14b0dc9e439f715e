#include "divisi/status.h"

namespace divisi {

const char* codeName(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return "ok";
    case StatusCode::kBadAudio:
      return "bad-audio";
    case StatusCode::kBadModel:
      return "bad-model";
    case StatusCode::kBadOption:
      return "bad-option";
    case StatusCode::kUnsupported:
      return "unsupported";
    case StatusCode::kOutOfMemory:
      return "out-of-memory";
    case StatusCode::kClosed:
      return "closed";
    case StatusCode::kInternal:
      return "internal";
  }
  return "internal";
}

}  // namespace divisi
