/** Paths of the icons that notes alone have, on a grid of 24 as the others. */

export const noteIcons = {
  note: "M9 17.500V5.500l10-2v11M9 17.500a3 2.500 0 11-6 0 3 2.500 0 016 0zM19 14.500a3 2.500 0 11-6 0 3 2.500 0 016 0z",
  trash: "M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13M10.500 11v5.500M13.500 11v5.500",
  undo: "M9 6L4.5 10.500 9 15M5 10.500h9a5 5 0 010 10h-3",
  redo: "M15 6l4.500 4.500L15 15M19 10.500h-9a5 5 0 000 10h3",
} as const;
