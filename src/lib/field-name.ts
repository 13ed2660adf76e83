/**
 * When two names of fields are one to a reader behind the gate. Frameworks differ in what they make of a name: case goes
 * (ASP.NET), blanks and control characters at the ends go (Java's trim), what follows a NUL goes (C), what follows a `[`
 * makes a list (PHP, Rails, qs), and dots, blanks and a `[` without its `]` become underscores (PHP, "Variables From
 * External Sources"). Whatever any of them takes for the name is taken for it here.
 */

/** Nothing but these is folded away, but for case; most names have nothing else. */
const PLAIN = /^[\w-]*$/

/** A member's name in JSON, where nobody trims: without its case, and without what follows a NUL. */
export function foldMember(name: string): string {
  const end = name.indexOf('\0')
  return (end < 0 ? name : name.slice(0, end)).toLowerCase()
}

/** A field's name in a form: without blanks and control characters at both ends, too. */
export function foldField(name: string): string {
  // Trimmed a second time: blanks before the NUL are at the end now.
  return PLAIN.test(name) ? name.toLowerCase() : trimmed(foldMember(trimmed(name)))
}

/** Whether a form's field may be read as the one that is called `place`. */
export function isFieldOf(place: string): (name: string) => boolean {
  const wanted = foldField(place)
  const brackets = wanted.split('[').length - 1
  const cut = cutAt(wanted, brackets)
  const flat = flatten(wanted)
  return (name) => {
    const folded = foldField(name)
    if (folded === wanted) return true
    if (PLAIN.test(folded) && PLAIN.test(wanted)) return false
    return cutAt(folded, brackets) === cut || flatten(folded) === flat
  }
}

/** As far as its first so many brackets: `user[email][]` and `user[email]x` are `user[email]` where that is asked for. */
function cutAt(name: string, brackets: number): string {
  const [head = '', ...keys] = name.split('[', brackets + 1)
  return [flatten(head), ...keys.map((key) => key.split(']', 1)[0]?.trim())].join('[')
}

function flatten(name: string): string {
  return name.replace(/[\s.[]/g, '_')
}

/** A loop: `/\s+$/` takes the square of the blanks that stand in the middle. */
function trimmed(name: string): string {
  let [start, end] = [0, name.length]
  while (start < end && isBlank(name, start)) start++
  while (end > start && isBlank(name, end - 1)) end--
  return name.slice(start, end)
}

/** C0, the space, DEL, C1 and the no-break space, and what Unicode has of spaces. */
function isBlank(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit <= 0x20 || (unit >= 0x7f && unit <= 0xa0) || (unit > 0xa0 && text[at]?.trim() === '')
}
