/** Values in error messages. */

/** A value for an error message, cut short. */
export function show(value: unknown): string {
  const text = plain(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function plain(value: unknown): string {
  try {
    return typeof value === "string" || Array.isArray(value)
      ? JSON.stringify(value)
      : String(value);
  } catch {
    return "an object without a text form";
  }
}
