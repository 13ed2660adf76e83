/** RFC 9110 section 8.3.1: a media type without its parameters, in lower case. */
export function essenceOf(contentType: string | null): string | undefined {
  if (contentType === null) return undefined
  const end = contentType.indexOf(';')
  const essence = (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase()
  return essence === '' ? undefined : essence
}
