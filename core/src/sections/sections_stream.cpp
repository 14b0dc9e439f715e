#include "sections/sections_stream.h"

#include <bit>
#include <utility>

#include "base/text.h"
#include "sections/section_finder.h"

namespace divisi::sections {
namespace {

std::vector<Output> makeOutputs() {
  return {{.name = "sections",
           .kind = OutputKind::kEvents,
           .labels = {"none", "intro", "verse", "chorus", "bridge", "outro", "instrumental"}},
          {.name = "details",
           .kind = OutputKind::kRows,
           .width = SectionDetailNumbers().size(),
           .labels = {"varied", "hook", "voice"}}};
}

Status noMemory() { return outOfMemory("the sections of the song"); }

}  // namespace

Result<std::unique_ptr<SectionsStream>> SectionsStream::create(const StreamFormat& format,
                                                               bool hasVoice) {
  std::unique_ptr<SectionsStream> stream(new SectionsStream(format));
  stream->outputs_ = makeOutputs();
  if (hasVoice) stream->voice_.emplace(format.sampleRate);
  const StreamFormat mix = {.sampleRate = format.sampleRate,
                            .channelCount = format.channelCount - (hasVoice ? 1 : 0)};
  auto input = task::MonoInput::createQuick(mix, kSampleRate);
  if (!input.ok()) return input.status();
  stream->input_ = std::move(input.value());
  auto song = SongRows::create();
  if (!song.ok()) return song.status();
  stream->song_ = std::move(song.value());
  if (!stream->details_.reserve(SectionDetailNumbers().size(), 16)) return noMemory();
  return stream;
}

Status SectionsStream::push(const AudioView& audio) {
  AudioView mix = audio;
  if (voice_) {
    voice_->add(audio);
    --mix.channelCount;
  }
  if (Status status = input_->push(mix); !status.ok()) return status;
  return takeSamples();
}

Status SectionsStream::takeSamples() {
  audio::SampleQueue& samples = input_->ready();
  if (!song_->push(samples.channel(0), samples.frames())) return outOfMemory("audio");
  samples.drop(samples.frames());
  return {};
}

Status SectionsStream::finish() {
  if (Status status = input_->finish(); !status.ok()) return status;
  if (Status status = takeSamples(); !status.ok()) return status;
  if (!song_->finish()) return outOfMemory("audio");
  return give();
}

Status SectionsStream::give() {
  auto found = findSections(*song_, voice_ ? &*voice_ : nullptr);
  if (!found.ok()) return found.status();
  const std::vector<Section>& sections = found.value();
  const double seconds = static_cast<double>(input_->taken()) / format_.sampleRate;
  for (size_t i = 0; i < sections.size(); ++i) {
    const Section& section = sections[i];
    const bool last = i + 1 == sections.size();
    const Event event = {.start = i == 0 ? 0 : song_->secondsOf(section.span.first),
                         .end = last ? seconds : song_->secondsOf(section.span.end),
                         .label = static_cast<int>(section.name),
                         .value = static_cast<float>(section.group),
                         .confidence = section.confidence};
    const SectionDetails details = {.varied = section.varied ? 1.0F : 0.0F,
                                    .hook = section.hook ? 1.0F : 0.0F,
                                    .voice = section.voice.value_or(-1)};
    const bool kept =
        sections_.push(event) && details_.push(std::bit_cast<SectionDetailNumbers>(details).data());
    if (!kept) return noMemory();
  }
  return {};
}

}  // namespace divisi::sections
