/**
 * Whether the body of an error tells what software failed, and where: stack traces, database errors, paths of source
 * files (OWASP API8:2023; CWE-209). Each expression needs a shape that nobody writes in a sentence, and begins with letters
 * of its own, so that no text makes it slow.
 */
import { Buffer } from 'node:buffer'

/** A trace stands at the beginning, or is most of the body. */
const MAX_BYTES = 65_536

const DETAILS: readonly RegExp[] = [
  // Node and browsers: `at Object.get (/srv/app/index.js:12:34)`.
  /\bat [\w$.<> [\]]{1,80} ?\((?:file:\/\/|\/|[A-Z]:\\)[^()\n]{1,200}:\d{1,6}:\d{1,6}\)/,
  // JVM: `at org.bank.Account.find(Account.java:42)`.
  /\bat [\w$.]{3,200}\((?:[\w$]{1,80}\.(?:java|kt|scala|groovy):\d{1,6}|Native Method|Unknown Source)\)/,
  // .NET: `at Bank.Accounts.Find(String id) in C:\src\Accounts.cs:line 42`.
  /\) in [^\n]{1,200}:line \d{1,6}\b/,
  /Traceback \(most recent call last\):/,
  /\bFile "[^"\n]{1,200}\.py", line \d{1,6}\b/,
  /\bgoroutine \d{1,6} \[[a-z ]{3,30}\]:/,
  /\.rb:\d{1,6}:in [`']/,
  /\.php(?:<\/b>)? on line (?:<b>)?\d/,
  // Databases.
  /\bORA-\d{5}: /,
  /\bSQLSTATE\[[0-9A-Z]{5}\]/,
  /You have an error in your SQL syntax/,
  /\bUnclosed quotation mark after the character string\b/,
  /\b(?:com\.mysql|org\.postgresql|oracle\.jdbc|com\.microsoft\.sqlserver|org\.hibernate|org\.springframework|java\.(?:lang|sql|io|util)|javax?\.\w{2,30})\.[\w.]{2,120}(?:Exception|Error)\b/,
  /\bSystem\.(?:\w{2,40}\.){0,6}\w{2,40}Exception\b/,
]

export function tellsOfSoftware(body: Uint8Array): boolean {
  const text = unescaped(
    Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, MAX_BYTES)).toString('latin1'),
  )
  return DETAILS.some((detail) => detail.test(text))
}

/** In JSON a quotation mark and a line's end are written with a backslash. */
function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(?:n|r|t)/g, '\n').replace(/\\(["\\/])/g, '$1') : text
}
