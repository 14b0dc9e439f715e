/** One error type for everything that divisi can reject with. */

/** The kinds of failure. Cancellation is not among them: it is the standard `AbortError`. */
export type DivisiErrorCode =
  | "bad-audio"
  | "bad-model"
  | "bad-option"
  | "bad-collection"
  | "unsupported"
  | "out-of-memory"
  | "model-not-found"
  | "network"
  | "integrity"
  | "storage"
  | "closed"
  | "internal";

/** Rejected by every function of divisi; `message` names the offending value. */
export class DivisiError extends Error {
  /** As its class. */
  override readonly name = "DivisiError";
  /** The kind of failure. */
  readonly code: DivisiErrorCode;

  /** `options.cause` is the failure beneath, if there was one. */
  constructor(code: DivisiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
