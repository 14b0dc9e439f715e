/** What computes: fetched when it is first needed, for a player is heard before that. */

export { Separator, Tagger } from "divisi";
