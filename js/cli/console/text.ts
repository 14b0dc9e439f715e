/** How lengths, speeds and names are written for people. */

/** For text out of files, which may be anybody's: it must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}

export function speedText(speed: number): string {
  return `${speed.toFixed(speed < 10 ? 1 : 0)} x real time`;
}

/** 3725 → "1:02:05". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const padded = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(rest)}` : `${minutes}:${padded(rest)}`;
}
