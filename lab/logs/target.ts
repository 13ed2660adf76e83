const MAX_TARGET = 8_192

/** Origin-form (RFC 9112 section 3.2.1). Proxies log the absolute form (3.2.2). Undefined for what is neither. */
export function originForm(target: string): string | undefined {
  if (target.length > MAX_TARGET) return undefined
  const absolute = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)
  const rest = absolute === null ? target : `/${(absolute[1] ?? '').replace(/^\//, '')}`
  if (!rest.startsWith('/')) return undefined
  const fragment = rest.indexOf('#')
  return fragment < 0 ? rest : rest.slice(0, fragment)
}
