/** The icons: strokes of one weight on a grid of 24, drawn for this page. */

const paths = {
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  start: "M6 6v12M18 6.5v11L9.5 12z",
  loop: "M17 3l3 3-3 3M4 12V9a3 3 0 013-3h13M7 21l-3-3 3-3M20 12v3a3 3 0 01-3 3H4",
  zoomIn: "M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L20 20M8 10.5h5M10.5 8v5",
  zoomOut: "M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L20 20M8 10.5h5",
  fit: "M4 9V5a1 1 0 011-1h4M20 9V5a1 1 0 00-1-1h-4M4 15v4a1 1 0 001 1h4M20 15v4a1 1 0 01-1 1h-4",
  spectrogram: "M4 20V12M8 20V6M12 20v-9M16 20V4M20 20v-6",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  moon: "M20 14.5A8 8 0 119.5 4a6.5 6.5 0 0010.5 10.5z",
  microphone: "M12 3a3 3 0 00-3 3v5a3 3 0 006 0V6a3 3 0 00-3-3zM6 11a6 6 0 0012 0M12 17v4",
  stop: "M7 7h10v10H7z",
  folder: "M3 7a2 2 0 012-2h4l2 2.5h8a2 2 0 012 2V17a2 2 0 01-2 2H5a2 2 0 01-2-2z",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
  storage:
    "M5 6.5C5 5 8 4 12 4s7 1 7 2.5S16 9 12 9 5 8 5 6.5zM5 6.5v11C5 19 8 20 12 20s7-1 7-2.5v-11M5 12c0 1.5 3 2.5 7 2.5s7-1 7-2.5",
  info: "M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 11v5.5M12 7.5v.5",
  retry: "M4 12a8 8 0 108-8c-3 0-5.5 1.6-7 4M5 3v5h5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  keyboard: "M3 6.5h18v11H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  thumbUp:
    "M7 11v9H4v-9zM7 11l4-7.500a2 2 0 012 2V9h5.500a2 2 0 012 2.300l-1.200 7a2 2 0 01-2 1.700H7",
  thumbDown:
    "M7 13V4H4v9zM7 13l4 7.500a2 2 0 002-2V15h5.500a2 2 0 002-2.300l-1.200-7a2 2 0 00-2-1.700H7",
  download: "M12 4v11M7.500 10.500L12 15l4.500-4.500M5 19.500h14",
  model: "M12 3.5l8 4.500-8 4.500-8-4.500zM4 12l8 4.500 8-4.500M4 16l8 4.500 8-4.500",
  wave: "M4 11v2M8 8v8M12 4v16M16 8v8M20 11v2",
} as const;

export type IconName = keyof typeof paths;

const filled: ReadonlySet<IconName> = new Set(["play", "stop"]);

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return <PathIcon path={paths[name]} size={size} isFilled={filled.has(name)} />;
}

interface PathIconProps {
  readonly path: string;
  readonly size: number;
  readonly isFilled?: boolean;
}

/** One whose path comes with the part of the page that shows it. */
export function PathIcon({ path, size, isFilled = false }: PathIconProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={isFilled ? "currentColor" : "none"}
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} />
    </svg>
  );
}
