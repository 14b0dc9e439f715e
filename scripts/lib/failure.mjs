// Failure: an error whose message is written for the person at the terminal. The commands print it
// without a stack trace; any other error is a bug in the scripts and is printed with one.
export class Failure extends Error {
  /**
   * @param {string} what what is missing or went wrong, naming it
   * @param {string} [remedy] what to do about it
   */
  constructor(what, remedy) {
    super(remedy ? `${what}\n  What to do: ${remedy}` : what);
    this.name = "Failure";
  }
}

/** Runs a command's main function and turns its outcome into the exit code. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    const text = error instanceof Failure ? error.message : (error.stack ?? String(error));
    process.stderr.write(`\n✗ ${text}\n`);
    process.exitCode = 1;
  }
}
