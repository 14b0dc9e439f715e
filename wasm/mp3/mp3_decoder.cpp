// miniaudio's MPEG audio decoder (dr_mp3, from minimp3) for js/cli/read/mpeg/mp3_decoder.ts: layers I
// to III, MPEG 1, 2 and 2.5, free format. JavaScript cuts the frames; one instance of the module
// decodes one stream.
#define MA_API static
#define MA_NO_DEVICE_IO
#define MA_NO_ENCODING
#define MA_NO_ENGINE
#define MA_NO_FLAC
#define MA_NO_GENERATION
#define MA_NO_NODE_GRAPH
#define MA_NO_RESOURCE_MANAGER
#define MA_NO_THREADING
#define MA_NO_WAV
#define MA_DR_MP3_FLOAT_OUTPUT
#define MINIAUDIO_IMPLEMENTATION
#include <miniaudio.h>

#include <cstddef>
#include <cstdint>

#define DIVISI_EXPORT(name) __attribute__((export_name(name)))

namespace {

// Several frames, as the size of the first one in free format shows only by those that follow.
uint8_t input[16384];
float output[MA_DR_MP3_MAX_SAMPLES_PER_FRAME];
ma_dr_mp3dec decoder;
int channels = 0;

}  // namespace

// Where to write a frame; what follows it may stand behind it. At most 16384 bytes.
extern "C" DIVISI_EXPORT("inputAddress") uint8_t* inputAddress() { return input; }

// The frame's samples, interleaved.
extern "C" DIVISI_EXPORT("outputAddress") float* outputAddress() { return output; }

// How many channels the last frame had.
extern "C" DIVISI_EXPORT("channelCount") int channelCount() { return channels; }

// Decodes the frame at the beginning of `byteCount` bytes. Returns its samples in each channel; 0 where
// it leans on frames that are missing.
extern "C" DIVISI_EXPORT("decode") int decode(int byteCount) {
  ma_dr_mp3dec_frame_info info{};
  const int frames = ma_dr_mp3dec_decode_frame(&decoder, input, byteCount, output, &info);
  channels = info.channels;
  return frames;
}
