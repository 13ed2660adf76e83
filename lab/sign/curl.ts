/** The signed request as a command for a POSIX shell: every word quoted, so that none of them can be anything but a word. */
import type { PlainRequest } from './request.ts'

export interface Connection {
  /** PEM files to show in the handshake. */
  readonly transport: { readonly certificate: string; readonly key: string } | undefined
  /** Whom to trust; undefined leaves it to curl. */
  readonly trust: string | undefined
}

/** Option by option, each with its value. */
function words({ method, url, fields, bodyPath }: PlainRequest, { transport, trust }: Connection) {
  return [
    // No dots resolved, no brackets expanded: the target is signed as it stands.
    ['curl', '--silent', '--show-error', '--include', '--path-as-is', '--globoff'],
    ...(trust === undefined ? [] : [['--cacert', trust]]),
    ...(transport === undefined
      ? []
      : [
          ['--cert', certificateWord(transport.certificate)],
          ['--key', transport.key],
        ]),
    method === 'HEAD' ? ['--head'] : ['--request', method],
    ...fields.map(({ name, value }) => ['--header', `${name}: ${value}`]),
    ...(bodyPath === undefined ? [] : [['--data-binary', `@${bodyPath}`]]),
    [url],
  ]
}

export function curlArguments(request: PlainRequest, connection: Connection): readonly string[] {
  return words(request, connection).flat()
}

export function curlCommand(request: PlainRequest, connection: Connection): string {
  return words(request, connection)
    .map((line) => line.map(quoted).join(' '))
    .join(' \\\n  ')
}

/** A password may follow behind a colon, so that a colon of the path's own is escaped. */
function certificateWord(path: string): string {
  return path.replace(/[\\:]/g, String.raw`\$&`)
}

/** Between single quotes a shell reads nothing; a quote itself is left, escaped and entered again (POSIX, 2.2.2). */
export function quoted(word: string): string {
  return /^[\w./:@=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
