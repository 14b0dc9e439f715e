/** The notes of a stem below it: what of it is heard, how many notes, what there is to take away. */

import "./notes_lane.css";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Icon, PathIcon } from "../shared/icons.js";
import { noteStrings } from "../shared/note_strings.js";
import { strings } from "../shared/strings.js";
import { addAtPlayhead } from "./editing.js";
import { InstrumentButton } from "./instrument/instrument_button.js";
import { noteIcons } from "./note_icons.js";
import { NoteTools } from "./note_tools.js";
import { soundNotes } from "./notes_sound.js";
import { onLaneKey } from "./roll/keys.js";
import { Roll } from "./roll/roll.js";
import { saveMidi } from "./save_midi.js";
import { findNotes, type HeardAs, redo, type SongNotes, undo } from "./song_notes.js";
import { voiceRange } from "./sources.js";
import { readWhole } from "./transcribe.js";

interface NotesLaneProps {
  readonly notes: SongNotes;
  /** The stem's name. */
  readonly title: string;
  /** Custom property that has the stem's colour. */
  readonly colour: string;
}

export default function NotesLane({ notes, title, colour }: NotesLaneProps) {
  const isDue = notes.stage.value === "due";
  useEffect(() => findNotes(notes), [notes, isDue, notes.sensitivity.value]);
  useEffect(() => soundNotes(notes), [notes]);
  return (
    <section
      class="lane notes-lane"
      aria-label={noteStrings.toggleOf(title)}
      data-notes={notes.source}
      style={{ "--colour": `var(${colour})` }}
      onKeyDown={(event) => onLaneKey(notes, event)}
    >
      <div class="lane-head">
        <Found notes={notes} title={title} />
        <Heard notes={notes} title={title} />
        <Volume notes={notes} title={title} />
        {!voiceRange(notes.source) && <HowMany notes={notes} title={title} />}
        <Tools notes={notes} title={title} />
      </div>
      <div class="notes-body">
        <Roll notes={notes} title={title} />
        <NoteTools notes={notes} />
      </div>
    </section>
  );
}

type PartProps = Pick<NotesLaneProps, "notes" | "title">;

/** How many notes there are, or how far listening is, which can be ended. */
function Found({ notes: { stage, share, notes }, title }: PartProps) {
  const text = noteStrings;
  const isDue = stage.value === "due";
  const count = notes.value.length;
  const percent = strings.studio.percent(Math.floor(100 * share.value));
  const listening = share.value > 0 ? text.listening(percent) : text.waiting;
  return (
    <div class="notes-found">
      <p class="notes-title number">
        {isDue ? listening : count > 0 ? text.count(count) : text.none}
      </p>
      {stage.value !== "ended" && (
        <Tool
          icon={<Icon name={isDue ? "close" : "retry"} size={18} />}
          label={isDue ? text.cancel(title) : text.resume(title)}
          onClick={() => {
            stage.value = isDue ? "cancelled" : "due";
          }}
        />
      )}
      {isDue && <progress value={share.value} aria-label={text.progress(title)} />}
    </div>
  );
}

const choices: readonly HeardAs[] = ["original", "notes", "both"];

function Heard({ notes: { heardAs }, title }: PartProps) {
  const text = noteStrings;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a block of a form, which this is not
    <div class="notes-heard" role="group" aria-label={text.heardAs(title)}>
      {choices.map((choice) => (
        <button
          key={choice}
          type="button"
          class="button"
          aria-pressed={heardAs.value === choice}
          onClick={() => {
            heardAs.value = choice;
          }}
        >
          {text.heard[choice]}
        </button>
      ))}
    </div>
  );
}

function Volume({ notes: { gain }, title }: PartProps) {
  const text = noteStrings;
  return (
    <Slider
      label={text.volume}
      name={text.volumeOf(title)}
      value={gain.value}
      onInput={(value) => {
        gain.value = value;
      }}
    />
  );
}

function HowMany({ notes: { sensitivity, stage }, title }: PartProps) {
  const text = noteStrings;
  return (
    <Slider
      label={text.howMany}
      name={text.howManyOf(title)}
      hint={text.howManyHint}
      value={sensitivity.value}
      onChange={(value) => {
        sensitivity.value = value;
        stage.value = "due";
      }}
    />
  );
}

interface SliderProps {
  readonly label: string;
  /** All of what it is called. */
  readonly name: string;
  readonly hint?: string;
  readonly value: number;
  /** Told every place that it passes. */
  readonly onInput?: (value: number) => void;
  /** Told where it is let go. */
  readonly onChange?: (value: number) => void;
}

function Slider({ label, name, hint = name, value, onInput, onChange }: SliderProps) {
  return (
    <label class="notes-slider" title={hint}>
      <span class="muted">{label}</span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={value}
        style={{ "--fill": `${100 * value}%` }}
        aria-label={name}
        aria-valuetext={strings.studio.percent(Math.round(100 * value))}
        onInput={({ currentTarget }) => onInput?.(currentTarget.valueAsNumber)}
        onChange={({ currentTarget }) => onChange?.(currentTarget.valueAsNumber)}
      />
    </label>
  );
}

function Tools({ notes, title }: PartProps) {
  const text = noteStrings;
  return (
    <div class="notes-tools">
      <Tool
        icon={<PathIcon path={noteIcons.undo} size={18} />}
        label={text.undo}
        disabled={notes.past.value.length === 0}
        onClick={() => undo(notes)}
      />
      <Tool
        icon={<PathIcon path={noteIcons.redo} size={18} />}
        label={text.redo}
        disabled={notes.future.value.length === 0}
        onClick={() => redo(notes)}
      />
      <Tool
        icon={<Icon name="plus" size={18} />}
        label={text.add}
        onClick={() => addAtPlayhead(notes)}
      />
      <button
        type="button"
        class="button"
        aria-label={text.saveMidi(title)}
        title={text.saveMidi(title)}
        disabled={notes.notes.value.length === 0}
        onClick={() => saveMidi(notes, title)}
      >
        <Icon name="download" size={16} />
        {text.midi}
      </button>
      <InstrumentButton
        song={notes.song.name}
        title={title}
        notes={notes.notes.value}
        complete={notes.stage.value === "ended"}
        read={() => readWhole(notes.song, notes.source)}
      />
    </div>
  );
}

interface ToolProps {
  readonly icon: ComponentChildren;
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

function Tool({ icon, label, disabled = false, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class="button quiet icon"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {icon}
    </button>
  );
}
