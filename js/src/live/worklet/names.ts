/** Names under which the processors are registered in an AudioWorklet. */
export const tapName = "divisi-tap";
export const liveName = "divisi-live";
export const playerName = "divisi-player";
