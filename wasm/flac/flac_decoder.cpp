// libFLAC's stream decoder for js/src/read/flac/flac_decoder.ts: bytes go in at the caller's
// pace, blocks of samples come out through `onBlock`.
//
// libFLAC asks for bytes by a callback, which has to answer at once, and JavaScript reads files
// asynchronously. So the caller keeps the input so full that a whole frame is always there, and
// libFLAC runs dry at the end of the file only. One instance of the module decodes one stream.
#include <FLAC/stream_decoder.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#define DIVISI_IMPORT(name) __attribute__((import_module("divisi"), import_name(name)))
#define DIVISI_EXPORT(name) __attribute__((export_name(name)))

// A block is complete; its samples stand in outputAddress(), channel after channel.
DIVISI_IMPORT("onBlock")
void onBlock(uint32_t frames, uint32_t channels, uint32_t sampleRate, uint32_t bits);
// libFLAC met what is no intact frame (FLAC__StreamDecoderErrorStatus).
DIVISI_IMPORT("onError") void onError(uint32_t status);

namespace {

// The largest frame: 65535 samples of 8 channels in 32 bits, stored as they are, and its headers.
constexpr size_t kLargestFrame = size_t{65535} * FLAC__MAX_CHANNELS * 4 + 1024;

// Twice that, so that bytes are seldom moved to the front.
uint8_t input[2 * kLargestFrame];
size_t inputStart = 0;
size_t inputEnd = 0;
float output[FLAC__MAX_CHANNELS * FLAC__MAX_BLOCK_SIZE];
FLAC__StreamDecoder* decoder = nullptr;

FLAC__StreamDecoderReadStatus read(const FLAC__StreamDecoder*, FLAC__byte bytes[], size_t* count,
                                   void*) {
  *count = std::min(*count, inputEnd - inputStart);
  if (*count == 0) return FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
  std::memcpy(bytes, input + inputStart, *count);
  inputStart += *count;
  return FLAC__STREAM_DECODER_READ_STATUS_CONTINUE;
}

FLAC__StreamDecoderWriteStatus write(const FLAC__StreamDecoder*, const FLAC__Frame* frame,
                                     const FLAC__int32* const planes[], void*) {
  const FLAC__FrameHeader& header = frame->header;
  const float scale = 1.0F / static_cast<float>(uint64_t{1} << (header.bits_per_sample - 1));
  float* to = output;
  for (uint32_t channel = 0; channel < header.channels; ++channel) {
    for (uint32_t i = 0; i < header.blocksize; ++i) {
      *to++ = static_cast<float>(planes[channel][i]) * scale;
    }
  }
  onBlock(header.blocksize, header.channels, header.sample_rate, header.bits_per_sample);
  return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

void fail(const FLAC__StreamDecoder*, FLAC__StreamDecoderErrorStatus status, void*) {
  onError(status);
}

}  // namespace

// To be called once, before anything else. False where there is no memory.
extern "C" DIVISI_EXPORT("open") bool openDecoder() {
  decoder = FLAC__stream_decoder_new();
  if (decoder == nullptr) return false;
  FLAC__stream_decoder_set_metadata_ignore_all(decoder);
  return FLAC__stream_decoder_init_stream(decoder, read, nullptr, nullptr, nullptr, nullptr, write,
                                          nullptr, fail,
                                          nullptr) == FLAC__STREAM_DECODER_INIT_STATUS_OK;
}

extern "C" DIVISI_EXPORT("outputAddress") float* outputAddress() { return output; }

// How many bytes are to be appended before decode() may be called; 0 after that call for as long as
// what is left holds a frame for certain.
extern "C" DIVISI_EXPORT("bytesWanted") size_t bytesWanted() {
  const size_t there = inputEnd - inputStart;
  return there >= kLargestFrame ? 0 : sizeof(input) - there;
}

// Where to write `count` bytes, which is at most bytesWanted(), for the next decode().
extern "C" DIVISI_EXPORT("append") uint8_t* append(size_t count) {
  if (inputEnd + count > sizeof(input)) {
    std::memmove(input, input + inputStart, inputEnd - inputStart);
    inputEnd -= inputStart;
    inputStart = 0;
  }
  uint8_t* to = input + inputEnd;
  inputEnd += count;
  return to;
}

// Goes on to the next frame. 1: there may be more; 0: the input is used up; -1: out of memory.
extern "C" DIVISI_EXPORT("decode") int decode() {
  const bool ok = FLAC__stream_decoder_process_single(decoder) != 0;
  const FLAC__StreamDecoderState state = FLAC__stream_decoder_get_state(decoder);
  if (state == FLAC__STREAM_DECODER_END_OF_STREAM) {
    // More may come: only the caller knows the end of the file.
    FLAC__stream_decoder_flush(decoder);
    return 0;
  }
  return ok ? 1 : -1;
}
