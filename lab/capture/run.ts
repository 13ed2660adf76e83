/** Other people's programs, as child processes of ours: bounded in time, and ended by their own id. */
import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface Ran {
  readonly code: number | string
  readonly out: string
}

const TIMEOUT_MS = 60_000
const MAX_OUTPUT = 1_048_576

/** Never rejects: that a client ends with an error is what some of them do. */
export function run(program: string, argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return new Promise((done) => {
    const options = { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT, env: { ...process.env, ...env } }
    const child = execFile(program, argv, options, (error, out, err) =>
      done({ code: error?.code ?? 0, out: `${out}${err}` }),
    )
    child.stdin?.end()
  })
}

/** Undefined where this machine has no such program. */
export function programAt(name: string): string | undefined {
  const places = name.startsWith('/') ? [name] : pathFolders().map((folder) => join(folder, name))
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function pathFolders(): readonly string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
}
