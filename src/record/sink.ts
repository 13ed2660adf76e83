import type { DecisionRecord, Sink } from '../ports.ts'
import { type DataPoint, dataPoint } from './columns.ts'
import { entryOf, type JournalEntry } from './entry.ts'
import { logBug } from './log.ts'

export interface SinkPorts {
  /** The Analytics Engine binding: takes a point and returns at once. */
  readonly analytics: { writeDataPoint(point: DataPoint): void }
  readonly journal: { write(entry: JournalEntry): void }
}

/** Where decisions are recorded. A record that cannot be written never costs the caller its answer. */
export function sinkFrom({ analytics, journal }: SinkPorts): Sink {
  return {
    write(record: DecisionRecord) {
      try {
        const entry = entryOf(record)
        journal.write(entry)
        analytics.writeDataPoint(dataPoint(entry))
      } catch (error) {
        logBug(error, record.evidence.exchange.id)
      }
    },
  }
}
