/** The smallest app that separates: bundled to see how much code that takes, never run. */

export { Separator } from "divisi";
