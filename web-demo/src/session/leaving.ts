/** Asks before the page is left while it works: nothing of that is kept. */

let holds = 0;

// Browsers ask in their own words, and only those who have touched the page.
const ask = (event: BeforeUnloadEvent) => event.preventDefault();

/** From now on the browser asks. @returns what ends that */
export function askBeforeLeaving(): () => void {
  if (holds++ === 0) addEventListener("beforeunload", ask);
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    // A page with a listener is not kept for going back to.
    if (--holds === 0) removeEventListener("beforeunload", ask);
  };
}
