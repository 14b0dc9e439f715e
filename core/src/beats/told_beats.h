// What the streams of both forms of the task "beats" tell, and when: the file's and the live one.
#pragma once

#include <cstddef>

#include "beats/network/beats_document.h"
#include "divisi/stream.h"
#include "task/mono_input.h"

namespace divisi::beats {

/// The output of beats: events whose labels are the numbers in a bar.
Output beatsOutput();

/// @param number in its bar, from 1. @param tempo in beats a minute around it.
Event beatEvent(double seconds, int number, double tempo, float confidence);

/// Of a stream whose network hears the document's chunkFrames at once.
/// @param framesAtOnce frames that its filter bank computes together.
StreamTiming timingOf(const BeatsDocument& document, const task::MonoInput& input, int sampleRate,
                      size_t framesAtOnce);

}  // namespace divisi::beats
