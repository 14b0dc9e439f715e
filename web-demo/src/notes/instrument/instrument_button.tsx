/** Saves a stem's sounds as an instrument, and tells how that went. */

import { useState } from "preact/hooks";
import { Icon } from "../../shared/icons.js";
import { noteStrings } from "../../shared/note_strings.js";
import { type InstrumentSource, saveInstrument } from "./save_instrument.js";

interface InstrumentProps extends InstrumentSource {
  /** Whether all notes were found. */
  readonly complete: boolean;
}

export function InstrumentButton({ complete, ...source }: InstrumentProps) {
  const text = noteStrings.instrument;
  const [outcome, setOutcome] = useState<string>();
  const [busy, setBusy] = useState(false);
  const isReady = complete && source.notes.length > 0;
  const save = async () => {
    setBusy(true);
    setOutcome(text.cutting);
    setOutcome(await saveInstrument(source));
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={text.save(source.title)}
        title={text.save(source.title)}
        disabled={busy || !isReady}
        onClick={() => void save()}
      >
        <Icon name="download" size={16} />
        {text.name}
      </button>
      <p class="notes-outcome muted" aria-live="polite">
        {outcome}
      </p>
    </>
  );
}
