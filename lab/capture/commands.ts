/** Programs that are told by their arguments: what people type, and what attackers do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RealClient, Target } from './clients.ts'
import { javaVisit } from './java.ts'
import { programAt, run } from './run.ts'

const FORM = 'username=invented&password=invented'

interface Command {
  readonly name: string
  readonly program: string
  readonly kind?: RealClient['kind']
  readonly version: readonly string[]
  readonly tasks: Readonly<
    Record<string, (target: Target, scratch: string) => readonly (readonly string[])[]>
  >
}

/** A list of names to try, as attack tools take it. */
const WORDS = ['admin', 'account', 'api', 'backup', 'login', 'old', 'private', 'statements', 'test', 'user']

function words(scratch: string): string {
  const file = join(scratch, 'words')
  writeFileSync(file, `${WORDS.join('\n')}\n`)
  return file
}

const TABLE: readonly Command[] = [
  {
    ...{ name: 'curl', program: 'curl', version: ['--version'] },
    tasks: {
      single: (at) => [curl(at, '/login')],
      session: (at) => [
        [
          ...curl(at, '/login'),
          ...next(at, '/login'),
          '-d',
          FORM,
          ...next(at, '/account'),
          ...next(at, '/api/accounts'),
        ],
      ],
    },
  },
  {
    ...{ name: 'curl-http1', program: 'curl', version: ['--version'] },
    tasks: {
      single: (at) => [['--http1.1', ...curl(at, '/login')]],
      session: (at) => [
        ['--http1.1', ...curl(at, '/login')],
        ['--http1.1', '-d', FORM, ...curl(at, '/login')],
      ],
    },
  },
  {
    ...{ name: 'wget', program: 'wget', version: ['--version'] },
    tasks: {
      single: (at, scratch) => [['-P', scratch, ...wget(at, '/login')]],
      session: (at, scratch) => [['-r', '-l', '2', '-p', '-P', scratch, ...wget(at, '/')]],
    },
  },
  {
    ...{ name: 'httpie', program: 'http', version: ['--version'] },
    tasks: {
      single: ({ origin, authority }) => [['--verify', authority, '--ignore-stdin', `${origin}/login`]],
      session: ({ origin, authority }) => [
        ['--verify', authority, '--ignore-stdin', `${origin}/login`],
        [
          '--verify',
          authority,
          '--ignore-stdin',
          '--form',
          'POST',
          `${origin}/login`,
          'username=invented',
          'password=invented',
        ],
        ['--verify', authority, '--ignore-stdin', `${origin}/api/accounts`],
      ],
    },
  },
  {
    ...{ name: 'lynx', program: 'lynx', version: ['-version'] },
    tasks: {
      single: ({ origin }) => [['-dump', '-accept_all_cookies', `${origin}/login`]],
      session: ({ origin }) => ['/', '/login', '/account'].map((path) => ['-dump', `${origin}${path}`]),
    },
  },
  {
    ...{ name: 'java', program: 'java', version: ['-version'], kind: 'library' },
    tasks: {
      single: (at, scratch) => [javaVisit(at, scratch, ['/login'])],
      session: (at, scratch) => [javaVisit(at, scratch, ['/login', '/login', '/account', '/api/accounts'])],
    },
  },
  {
    ...{ name: 'apache-bench', program: 'ab', version: ['-V'], kind: 'attack_tool' },
    tasks: {
      single: ({ origin }) => [['-n', '1', `${origin}/login`]],
      session: ({ origin }) => [['-n', '40', '-c', '4', `${origin}/login`]],
    },
  },
  {
    ...{ name: 'wrk', program: 'wrk', version: ['-v'], kind: 'attack_tool' },
    tasks: { session: ({ origin }) => [['-t', '1', '-c', '2', '-d', '1s', `${origin}/login`]] },
  },
  {
    ...{ name: 'ffuf', program: 'ffuf', version: ['-V'], kind: 'attack_tool' },
    tasks: {
      session: ({ origin }, scratch) => [['-u', `${origin}/FUZZ`, '-w', words(scratch), '-t', '2', '-s']],
    },
  },
  {
    ...{ name: 'gobuster', program: 'gobuster', version: ['version'], kind: 'attack_tool' },
    tasks: {
      session: ({ origin }, scratch) => [['dir', '-k', '-q', '-t', '2', '-u', origin, '-w', words(scratch)]],
    },
  },
  {
    ...{ name: 'hydra', program: 'hydra', version: ['-h'], kind: 'attack_tool' },
    tasks: {
      session: ({ port }, scratch) => [
        [
          ...['-L', words(scratch), '-p', 'invented', '-t', '2', '-f', '-I', '-s', String(port)],
          ...['localhost', 'https-post-form', '/login:username=^USER^&password=^PASS^:F=never'],
        ],
      ],
    },
  },
  {
    ...{ name: 'sqlmap', program: 'sqlmap', version: ['--version'], kind: 'attack_tool' },
    tasks: {
      session: ({ origin }, scratch) => [
        [
          ...['-u', `${origin}/account?id=1`, '--batch', '--level', '1', '--risk', '1', '--technique', 'B'],
          ...['--output-dir', scratch, '--timeout', '5', '--retries', '0', '--flush-session'],
        ],
      ],
    },
  },
]

function curl({ origin, authority }: Target, path: string): readonly string[] {
  return ['-s', '-o', '/dev/null', '--cacert', authority, `${origin}${path}`]
}

/** One process asks for several: its connection stays open, as a script's does. */
function next(at: Target, path: string): readonly string[] {
  return ['--next', ...curl(at, path)]
}

function wget({ origin, authority }: Target, path: string): readonly string[] {
  return ['-q', `--ca-certificate=${authority}`, `${origin}${path}`]
}

export const COMMANDS: readonly RealClient[] = TABLE.map(
  ({ name, program, kind = 'command', version, tasks }) => ({
    ...{ name, kind },
    version: () => versionOf(program, version),
    tasks: Object.fromEntries(
      Object.entries(tasks).map(([task, argvs]) => [task, (target) => visit(program, target, argvs)]),
    ),
  }),
)

async function versionOf(program: string, argv: readonly string[]): Promise<string | undefined> {
  const path = programAt(program)
  if (path === undefined) return undefined
  const { out } = await run(path, argv)
  const line = out.split('\n').find((one) => /\d+\.\d+/.test(one)) ?? ''
  return line.trim().slice(0, 80)
}

async function visit(
  program: string,
  target: Target,
  argvs: (target: Target, scratch: string) => readonly (readonly string[])[],
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'portcullis-client-'))
  try {
    // lynx takes its authorities from the environment.
    const env = { SSL_CERT_FILE: target.authority, HOME: scratch }
    for (const argv of argvs(target, scratch)) await run(programAt(program) ?? program, argv, env)
  } finally {
    rmSync(scratch, { recursive: true })
  }
}
