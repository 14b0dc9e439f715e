/** CSV as RFC 4180 has it: fields quoted where they need it, and lines that end with CR and LF. */

export function csvRow(fields: readonly (string | number)[]): string {
  return `${fields.map(csvField).join(",")}\r\n`;
}

function csvField(field: string | number): string {
  // The scores are float32: six digits tell any two apart that the networks do.
  if (typeof field === "number") return field.toFixed(6);
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
