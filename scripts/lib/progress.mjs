// What the person at the terminal sees while long steps run: a line when a step starts, its
// progress meanwhile (in place on a terminal, every 15 seconds elsewhere), a line when it is done.
// A step that is over within a second had nothing to do and says nothing.
const kQuietSeconds = 15;
const kSilentMilliseconds = 1000;
const tty = Boolean(process.stderr.isTTY);

let current = null;

const seconds = (since) => (Date.now() - since) / 1000;

export function duration(value) {
  if (value < 60) return `${value.toFixed(1)} s`;
  return `${Math.floor(value / 60)} min ${String(Math.floor(value % 60)).padStart(2, "0")} s`;
}

function clearLine() {
  if (tty) process.stderr.write("\r\x1b[2K");
}

function draw() {
  if (!current || Date.now() - current.since < kSilentMilliseconds) return;
  const first = !current.announced;
  current.announced = true;
  const line = `  ${current.title} … ${duration(seconds(current.since))}  ${current.detail}`;
  if (tty) {
    clearLine();
    process.stderr.write(line.slice(0, (process.stderr.columns ?? 80) - 1));
  } else if (first || seconds(current.spoke) >= kQuietSeconds) {
    current.spoke = Date.now();
    process.stderr.write(`${line}\n`);
  }
}

/** Prints a line without tearing the progress line. */
export function say(text) {
  clearLine();
  process.stderr.write(`${text}\n`);
  draw();
}

/** Shows what the running step is at, e.g. "117 of 803 files". */
export function detail(text) {
  if (current) current.detail = text;
  draw();
}

/**
 * Runs `work` as a named step.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const outer = current;
  current = { title, detail: "", since: Date.now(), spoke: Date.now(), announced: false };
  const mine = current;
  const timer = setInterval(draw, kSilentMilliseconds);
  try {
    const result = await work();
    current = null;
    if (mine.announced) say(`✓ ${title} (${duration(seconds(mine.since))})`);
    return result;
  } catch (error) {
    current = null;
    say(`✗ ${title} (after ${duration(seconds(mine.since))})`);
    throw error;
  } finally {
    clearInterval(timer);
    current = outer;
  }
}
