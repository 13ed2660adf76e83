/**
 * Versioned schema of a SQLite Durable Object. A step is never changed once released: a new version is a new step.
 */
export interface Schema {
  /** Brings the tables up to date. Before the first write; costs nothing afterwards. */
  prepare(): void
  /** True once there are tables, which are then up to date: reading an object that never wrote must not create any. */
  exists(): boolean
  /** Everything was deleted: begin anew. */
  reset(): void
}

export function newSchema(storage: DurableObjectStorage, steps: readonly string[]): Schema {
  let version: number | undefined

  function stored(): number {
    const sql = storage.sql
    const tables = sql
      .exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'")
      .toArray()
    if (tables.length === 0) return 0
    return sql.exec<{ version: number }>('SELECT version FROM schema_version').one().version
  }

  function prepare(): void {
    version ??= stored()
    if (version >= steps.length) return
    const from = version
    storage.transactionSync(() => {
      storage.sql.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)')
      for (const step of steps.slice(from)) storage.sql.exec(step)
      storage.sql.exec('DELETE FROM schema_version')
      storage.sql.exec('INSERT INTO schema_version (version) VALUES (?)', steps.length)
    })
    version = steps.length
  }

  return {
    prepare,
    exists() {
      version ??= stored()
      if (version > 0) prepare()
      return version > 0
    },
    reset() {
      version = undefined
    },
  }
}
