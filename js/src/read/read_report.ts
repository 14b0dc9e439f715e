/** What a reader has to say about a file that it could read, in full or in part. */

/** Gathers warnings, and knows whether audio was left out. */
export class ReadReport {
  /** A sentence each. */
  readonly warnings: string[] = [];
  #complete = true;
  #damaged = 0;
  #damageLine = -1;
  #damageReason = "";

  /** False once audio that the file holds was left out. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Adds a warning. */
  warn(text: string): void {
    this.warnings.push(text);
  }

  /** A warning about audio that is there and isn't in the result. */
  leaveOut(text: string): void {
    this.#complete = false;
    this.warn(text);
  }

  /** Keeps one warning up to date instead of adding one for each damaged place. */
  damage(errors: readonly { readonly message: string }[]): void {
    if (errors.length === 0) return;
    if (this.#damageLine < 0) {
      this.#damageLine = this.warnings.push("") - 1;
      this.#damageReason = (errors[0]?.message ?? "").replace(/\s+/g, " ").trim();
    }
    this.#damaged += errors.length;
    const places = this.#damaged === 1 ? "1 place" : `${this.#damaged} places`;
    this.warnings[this.#damageLine] = `damaged audio in ${places} (${this.#damageReason})`;
  }
}
