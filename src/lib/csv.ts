/** Comma-separated values (RFC 4180) that no spreadsheet takes for formulas. */

/**
 * A cell that begins like a formula is one to a spreadsheet, and some of these texts were chosen by whoever attacked: an
 * apostrophe in front makes it a text (OWASP, "CSV Injection").
 */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join()}\r\n`
}
