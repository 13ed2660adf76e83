/** What servers escape in a line: Apache with `\"`, `\xhh` and C's letters for controls, nginx with `\xHH`. */
const ESCAPED = /\\(?:x([0-9a-fA-F]{2})|(.))/g

/** Of Apache's own (`ap_escape_logitem`). */
const LETTERS: Readonly<Record<string, string>> = { b: '\b', n: '\n', r: '\r', t: '\t', v: '\v' }

/** As it was sent, a character for each byte that was escaped. Both servers write `-` for a header that did not come. */
export function headerOf(logged: string): string {
  if (logged === '-') return ''
  return logged.includes('\\') ? logged.replace(ESCAPED, unescaped) : logged
}

/**
 * As it was sent. Bytes that may not stand in a target become triplets, as a browser would have sent them: a character is
 * several of them, and each on its own is none.
 */
export function targetOf(logged: string): string {
  if (!logged.includes('\\')) return logged
  return logged.replace(ESCAPED, (found: string, code?: string, letter?: string) => {
    const character = unescaped(found, code, letter)
    return /[\x21-\x7e]/.test(character) ? character : tripletOf(character.charCodeAt(0))
  })
}

function unescaped(_: string, code: string | undefined, letter = ''): string {
  return code === undefined ? (LETTERS[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16))
}

function tripletOf(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
