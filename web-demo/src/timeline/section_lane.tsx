/** The song's form: a click jumps to a section, and the one that is heard can be repeated. */

import "./section_lane.css";
import { computed } from "@preact/signals";
import type { SongRange } from "divisi";
import { indexHeard } from "../analysis/beat_grid.js";
import { shownAnalysis } from "../analysis/song_analysis.js";
import type { Section } from "../analysis/types.js";
import { loop, seek, setLoop } from "../player/player.js";
import { playhead } from "../player/playhead.js";
import { clock } from "../shared/format.js";
import { Icon } from "../shared/icons.js";
import { panelStrings } from "../shared/panel_strings.js";
import { view } from "./view.js";

const sections = computed(() => shownAnalysis.value?.sections?.sections ?? []);

const heard = computed(() =>
  indexHeard(
    sections.value.map(({ startSeconds }) => ({ seconds: startSeconds })),
    playhead.value,
  ),
);

const rangeOf = ({ startSeconds, endSeconds }: Section): SongRange => ({
  start: startSeconds,
  end: endSeconds,
});

/** Ends of loops are cut to the song. */
const sameSeconds = 0.01;

/** The section that is repeated. */
const looped = computed(() => {
  const range = loop.value;
  return sections.value.find(
    ({ startSeconds, endSeconds }) =>
      range &&
      Math.abs(range.start - startSeconds) < sameSeconds &&
      Math.abs(range.end - endSeconds) < sameSeconds,
  );
});

/** Goes there; a loop of a section goes along. */
function jumpTo(section: Section): void {
  if (looped.value) setLoop(rangeOf(section));
  seek(section.startSeconds);
}

function toggleLoop(section: Section | undefined): void {
  setLoop(section && section !== looped.value ? rangeOf(section) : undefined);
}

export function SectionLane() {
  const text = panelStrings.sections;
  if (sections.value.length === 0) return null;
  const { start, end, length } = view.value;
  const now = sections.value[heard.value];
  return (
    <div class="lane section-lane" data-part="sections">
      <div class="lane-head">
        <p class="lane-title">{text.title}</p>
        <button
          type="button"
          class="button section-loop"
          aria-pressed={now !== undefined && now === looped.value}
          disabled={!now}
          onClick={() => toggleLoop(now)}
        >
          <Icon name="loop" size={16} />
          {text.loop}
        </button>
      </div>
      <div class="sections">
        {sections.value.map((section) => {
          const from = Math.max(section.startSeconds, start);
          const to = Math.min(section.endSeconds, end);
          if (to <= from) return null;
          const { label, name, isHook } = section;
          const title = name ? text.name(label, text.names[name]) : label;
          const time = clock(section.startSeconds);
          return (
            <button
              key={section.startSeconds}
              type="button"
              class="section"
              aria-current={section === now}
              aria-label={text.jump(title, time)}
              title={isHook ? text.hook(title, time) : text.jump(title, time)}
              style={{
                left: `${(100 * (from - start)) / length}%`,
                width: `${(100 * (to - from)) / length}%`,
              }}
              onClick={() => jumpTo(section)}
            >
              {title}
              {isHook && " ★"}
            </button>
          );
        })}
      </div>
    </div>
  );
}
