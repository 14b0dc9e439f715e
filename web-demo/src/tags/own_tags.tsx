/** The listener's own words for music, taught by thumbs up and down. */

import { useSignal } from "@preact/signals";
import type { TagStatus } from "divisi";
import { Icon } from "../shared/icons.js";
import { panelStrings } from "../shared/panel_strings.js";
import type { Song } from "../songs/types.js";
import { judge, mark, markOf, ownTagResult, ownTags, removeTag } from "./library.js";

/** Examples each way that divisi's PersonalTags needs before it judges. */
const examplesNeeded = 3;

export function OwnTags({ song }: { song: Song }) {
  const text = panelStrings.tags.own;
  const draft = useSignal("");
  // Named but not marked yet: the collection knows tags by their examples only.
  const named = useSignal<readonly string[]>([]);
  const known = ownTags.value;
  const fresh = named.value.filter((name) => !known.some((tag) => tag.name === name));
  const all: readonly TagStatus[] = [
    ...known,
    ...fresh.map((name) => ({
      name,
      fitting: 0,
      notFitting: 0,
      ready: false,
      accuracy: undefined,
    })),
  ];
  const submit = (event: Event) => {
    event.preventDefault();
    const name = draft.value.trim();
    if (name && !all.some((tag) => tag.name === name)) named.value = [...named.value, name];
    draft.value = "";
  };
  return (
    <section class="own-tags" aria-labelledby="own-tags-title">
      <h3 id="own-tags-title">{text.title}</h3>
      <p class="muted">{text.lead}</p>
      <form class="row" onSubmit={submit}>
        <input
          class="field"
          aria-label={text.name}
          placeholder={text.placeholder}
          maxLength={40}
          value={draft.value}
          onInput={(event) => (draft.value = event.currentTarget.value)}
        />
        <button type="submit" class="button">
          {text.add}
        </button>
      </form>
      <ul>
        {all.map((tag) => (
          <OwnTag
            key={tag.name}
            tag={tag}
            song={song}
            onForget={() => {
              named.value = named.value.filter((name) => name !== tag.name);
              void removeTag(tag.name);
            }}
          />
        ))}
      </ul>
    </section>
  );
}

function OwnTag(props: {
  readonly tag: TagStatus;
  readonly song: Song;
  readonly onForget: () => void;
}) {
  const { tag, song, onForget } = props;
  const text = panelStrings.tags.own;
  const said = markOf(tag.name, song.id);
  const tagged = ownTagResult(song) !== undefined;
  const thumb = (fits: boolean, label: string) => (
    <button
      type="button"
      class="button icon thumb"
      disabled={!tagged}
      aria-pressed={said === fits}
      aria-label={label}
      title={label}
      onClick={() => void mark(tag.name, song, said === fits ? undefined : fits)}
    >
      <Icon name={fits ? "thumbUp" : "thumbDown"} size={18} />
    </button>
  );
  return (
    <li class="own-tag" data-tag={tag.name}>
      <span class="own-tag-name">
        <strong>{tag.name}</strong>
        <span class="muted number">{verdict(tag, song)}</span>
      </span>
      {thumb(true, text.fits(tag.name, song.name))}
      {thumb(false, text.fitsNot(tag.name, song.name))}
      <button
        type="button"
        class="button quiet icon"
        aria-label={text.forget(tag.name)}
        title={text.forget(tag.name)}
        onClick={onForget}
      >
        <Icon name="close" size={16} />
      </button>
    </li>
  );
}

/** What the tag says about the song, or what it still has to be shown. */
function verdict(tag: TagStatus, song: Song): string {
  const text = panelStrings.tags.own;
  if (!tag.ready) {
    const [up, down] = [tag.fitting, tag.notFitting].map((count) =>
      Math.max(0, examplesNeeded - count),
    ) as [number, number];
    return text.learning(up, down);
  }
  const judgement = judge(tag.name, song);
  if (!judgement) return text.ready;
  const percent = Math.round(100 * judgement.confidence);
  return judgement.score >= 0.5 ? text.says(percent) : text.saysNot(percent);
}
