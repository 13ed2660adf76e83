import { createHash } from 'node:crypto'
import { type ClientHello, isGrease } from './client-hello.ts'

/** JA3: the MD5 of what a client offers, in the order in which it offers it. MD5 names here; it protects nothing. */
export function ja3(hello: ClientHello): string {
  return createHash('md5').update(ja3Text(hello)).digest('hex')
}

/** Version, ciphers, extensions, groups, point formats; decimal, GREASE left out. */
export function ja3Text(hello: ClientHello): string {
  const lists = [hello.ciphers, hello.extensions, hello.groups].map((list) =>
    list.filter((value) => !isGrease(value)),
  )
  return [hello.version, ...lists.map((list) => list.join('-')), hello.pointFormats.join('-')].join(',')
}
