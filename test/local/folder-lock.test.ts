import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const LOCK = new URL('../../local/folder-lock.ts', import.meta.url).href

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const TAKE = `import { lockFolder } from ${JSON.stringify(LOCK)}
try { lockFolder(process.argv[1]); console.log('held') } catch (error) { console.log(error.message) }`

/** Takes the lock in a process of its own, and ends as told. */
function take(then: string): string {
  const args = ['--input-type=module', '-e', `${TAKE}\n${then}`, folder]
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.trim()
}

const DIES = "process.kill(process.pid, 'SIGKILL')"

function kept(change: Readonly<Record<string, unknown>> = {}): void {
  const path = join(folder, 'lock')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }))
}

describe('lockFolder', () => {
  it('leaves nothing behind where its process ends by itself', () => {
    expect(take('')).toBe('held')
    expect(readdirSync(folder)).toEqual([])
  })

  it('is taken over from a process that was killed', () => {
    expect(take(DIES)).toBe('held')
    expect(readdirSync(folder)).toEqual(['lock'])
    expect(take('')).toBe('held')
    expect(readdirSync(folder)).toEqual([])
  })

  it('names the process that holds it', async () => {
    const args = ['--input-type=module', '-e', `${TAKE}\nsetInterval(() => {}, 1_000)`, folder]
    const holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    expect(take('')).toContain(`another gate (process ${holder.pid}) keeps its memory in ${folder}`)
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    expect(take('')).toBe('held')
  })

  it.runIf(process.platform === 'linux')(
    'is no living gate’s where only its process id is in use again',
    () => {
      take(DIES)
      kept({ pid: process.pid })
      expect(take('')).toBe('held')
    },
  )

  it('is taken over after one that died while it took over', () => {
    take(DIES)
    const { id } = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'))
    const dead = { ...JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')), id: crypto.randomUUID() }
    writeFileSync(join(folder, `lock-after-${id}`), JSON.stringify(dead))
    expect(take('')).toBe('held')
    expect(readdirSync(folder)).toEqual([])
  })

  it('is taken over by one of many that find it at once', async () => {
    take(DIES)
    const waits = `${TAKE}\nsetTimeout(() => {}, 1_500)`
    const args = ['--input-type=module', '-e', waits, folder]
    const outputs = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
        let output = ''
        child.stdout.on('data', (chunk) => {
          output += String(chunk)
        })
        await once(child, 'close')
        return output.trim()
      }),
    )
    expect(outputs.filter((output) => output === 'held')).toHaveLength(1)
  })

  it.each(['', '{', '{"id":"../../x","pid":1,"started":""}'])('is not guessed at: %j', (text) => {
    writeFileSync(join(folder, 'lock'), text)
    expect(take('')).toMatch(/^cannot read .*lock: remove it if no gate is running$/)
  })
})
