/**
 * The height of every lane in pixels. wavesurfer.js writes it into its style element, whose hash the
 * Content-Security-Policy names (web-demo/build/policy.ts): one height, one hash.
 */
export const laneHeight = 96;
