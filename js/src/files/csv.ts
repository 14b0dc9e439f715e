/** The rows of CSV files. */

import { badOption } from "../base/options.js";

/**
 * A row of CSV as RFC 4180 has it: fields quoted where they need it, and lines that end with CR and LF.
 * Text that a spreadsheet would run as a formula (names of files may be anybody's) gets an apostrophe in
 * front, as OWASP advises against CSV injection.
 *
 * @param fields numbers get six digits after the point
 */
export function csvRow(fields: readonly (string | number)[]): string {
  if (!Array.isArray(fields)) throw badOption("fields", "an array", fields);
  return `${fields.map(csvField).join(",")}\r\n`;
}

function csvField(field: string | number): string {
  // The scores are float32: six digits tell any two apart that the networks do.
  if (typeof field === "number") return field.toFixed(6);
  if (typeof field !== "string") throw badOption("fields", "texts and numbers", field);
  const text = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
