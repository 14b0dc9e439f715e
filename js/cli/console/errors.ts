/** Failures of the command line itself: files, options and interruptions, each with a message. */

/** `code` goes into the JSON document; the message names the value and stands alone. */
export class CliError extends Error {
  override readonly name = "CliError";
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Wrong use of the command line: exit code 2. */
export class UsageError extends CliError {
  constructor(message: string) {
    super("wrong-use", message);
  }
}

const fileErrors: Readonly<Record<string, readonly [code: string, reason: string]>> = {
  ENOENT: ["file-not-found", "no such file or folder"],
  ENOTDIR: ["not-a-directory", "a part of the path is not a folder"],
  EEXIST: ["file-exists", "exists and is not a folder"],
  EISDIR: ["is-a-directory", "is a directory"],
  EACCES: ["no-permission", "permission denied"],
  EPERM: ["no-permission", "operation not permitted"],
  EROFS: ["read-only", "the disk is read-only"],
  ENOSPC: ["no-space", "no space left on the disk"],
  EDQUOT: ["no-space", "the disk quota is used up"],
  EFBIG: ["file-too-large", "the file grew past the largest size allowed here"],
  ENAMETOOLONG: ["name-too-long", "the name is too long for this disk"],
  ELOOP: ["link-loop", "too many symbolic links"],
  EMFILE: ["too-many-files", "too many open files"],
  EIO: ["input-output", "the disk reports an input or output error"],
  ERR_INVALID_ARG_VALUE: ["bad-path", "is not a possible path"],
};

/** Turns an error of node:fs into one that names the file and the reason in words. */
export function describeFileError(error: unknown, path: string): Error {
  const systemCode = (error as NodeJS.ErrnoException | undefined)?.code;
  const known = systemCode === undefined ? undefined : fileErrors[systemCode];
  if (known === undefined) return error instanceof Error ? error : new Error(String(error));
  return new CliError(known[0], `${path}: ${known[1]}`, { cause: error });
}

export interface ErrorReport {
  readonly code: string;
  readonly message: string;
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** Code and message of whatever was thrown, for the terminal and the JSON document. */
export function reportError(error: unknown): ErrorReport {
  if (isAbort(error)) return { code: "interrupted", message: "interrupted" };
  if (error instanceof Error) {
    const code = (error as { code?: unknown }).code;
    return { code: typeof code === "string" ? code : "internal", message: error.message };
  }
  return { code: "internal", message: String(error) };
}
