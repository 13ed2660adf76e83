import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Readable, Writable } from 'node:stream'

/** A header field as it stood on the wire: name in the case it was sent, duplicates apart. */
export type Field = readonly [name: string, value: string]

/** One request, whichever protocol brought it, and the way back. */
export interface Visit {
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2'
  readonly method: string
  /** As received: nothing decoded, nothing made shorter. */
  readonly target: string
  readonly fields: readonly Field[]
  /** Of an absolute target, or HTTP/2's `:authority`. */
  readonly authority: string | undefined
  /** Every Host field: one too many and two readers would read two things. */
  readonly hosts: readonly string[]
  readonly body: Readable | undefined
  /** Called when the client goes before it has its whole answer. */
  onAbort(gone: () => void): void
  answer(status: number, reason: string, fields: readonly Field[]): Reply
}

export type Reply = Writable & {
  addTrailers(trailers: NodeJS.Dict<string>): void
}

export function http1Visit(request: IncomingMessage, response: ServerResponse): Visit {
  const fields = pairs(request.rawHeaders)
  // RFC 9112 section 6.3: a request has a body if one of these says so.
  const hasBody = fields.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name))
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(request.url ?? '')
  return {
    protocol: request.httpVersion === '1.0' ? 'HTTP/1.0' : 'HTTP/1.1',
    method: request.method ?? '',
    target: absolute ? originForm(absolute[2] ?? '') : (request.url ?? ''),
    fields: fields.filter(([name]) => name.toLowerCase() !== 'host'),
    authority: absolute?.[1],
    hosts: valuesOf(fields, 'host'),
    body: hasBody ? request : undefined,
    onAbort: (gone) =>
      response.once('close', () => {
        if (!response.writableFinished) gone()
      }),
    answer: (status, reason, answerFields) => response.writeHead(status, reason, answerFields.flat()),
  }
}

/** RFC 9112 section 3.2.2: an absolute target without a path asks for the root. */
function originForm(rest: string): string {
  return rest.startsWith('/') ? rest : `/${rest}`
}

export function http2Visit(request: Http2ServerRequest, response: Http2ServerResponse): Visit {
  const all = pairs(request.rawHeaders)
  return {
    protocol: 'HTTP/2',
    method: request.method,
    target: request.url,
    fields: joinCookies(all.filter(([name]) => !name.startsWith(':') && name !== 'host')),
    authority: valuesOf(all, ':authority')[0],
    hosts: valuesOf(all, 'host'),
    body: request.stream.endAfterHeaders ? undefined : request,
    // The response claims to be finished in either case; only the stream tells them apart.
    onAbort: (gone) => request.stream.once('aborted', gone),
    answer: (status, _reason, answerFields) => response.writeHead(status, http2Fields(answerFields)),
  }
}

/** RFC 9113 section 8.2.3: HTTP/2 clients cut cookies into crumbs; whoever passes them on puts them together again. */
function joinCookies(fields: readonly Field[]): Field[] {
  const cookies = valuesOf(fields, 'cookie')
  if (cookies.length < 2) return [...fields]
  const first = fields.findIndex(([name]) => name === 'cookie')
  return fields.flatMap((field, at): Field[] => {
    if (field[0] !== 'cookie') return [field]
    return at === first ? [['cookie', cookies.join('; ')]] : []
  })
}

/** Set-Cookie cannot be joined (RFC 9110 section 5.3); everything else that comes twice can. */
function http2Fields(fields: readonly Field[]): Record<string, string | string[]> {
  const joined: Record<string, string | string[]> = {}
  for (const [name, value] of fields) {
    const key = name.toLowerCase()
    const before = joined[key]
    if (key === 'set-cookie') joined[key] = [...(Array.isArray(before) ? before : []), value]
    else joined[key] = typeof before === 'string' ? `${before}, ${value}` : value
  }
  return joined
}

export function pairs(flat: readonly string[]): Field[] {
  const fields: Field[] = []
  for (let at = 0; at + 1 < flat.length; at += 2) fields.push([flat[at] ?? '', flat[at + 1] ?? ''])
  return fields
}

export function valuesOf(fields: readonly Field[], wanted: string): string[] {
  return fields.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
}
