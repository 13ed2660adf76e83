/** HTML that we write ourselves: escaping, and the Content-Security-Policy source of an inline block. */
import { createHash } from 'node:crypto'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Safe in text and in quoted attributes (HTML Standard section 13.1.2); nowhere else. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** CSP Level 3 section 2.3.1: allows exactly this inline style or script, and no other. */
export function cspHash(block: string): string {
  return `'sha256-${createHash('sha256').update(block).digest('base64')}'`
}
