/** Numbers as people read them. */

/** 83.4 becomes 1:23, 3683 becomes 1:01:23. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const pad = (value: number) => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** 83.46 becomes 1:23.4. */
export function preciseClock(seconds: number): string {
  const tenths = Math.floor(Math.max(0, seconds) * 10);
  return `${clock(tenths / 10)}.${tenths % 10}`;
}

/** A rough length of time: "8 s", "3 min". */
export function roughly(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

const units = ["bytes", "KB", "MB", "GB"] as const;

export function bytes(count: number): string {
  const power = count < 1000 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), units.length - 1);
  const value = count / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
