// What the person at the terminal sees while long steps run: a line when a step starts, its
// progress meanwhile (in place on a terminal, every 15 seconds elsewhere), a line when it is done.
const kQuietSeconds = 15;
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
  if (!current) return;
  const line = `  ${current.title} … ${duration(seconds(current.since))}  ${current.detail}`;
  if (tty) {
    clearLine();
    process.stderr.write(line.slice(0, (process.stderr.columns ?? 80) - 1));
  } else if (seconds(current.spoke) >= kQuietSeconds) {
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
  current = { title, detail: "", since: Date.now(), spoke: Date.now() };
  const mine = current;
  if (tty) draw();
  else process.stderr.write(`  ${title} …\n`);
  const timer = setInterval(draw, 1000);
  try {
    const result = await work();
    current = null;
    say(`✓ ${title} (${duration(seconds(mine.since))})`);
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
