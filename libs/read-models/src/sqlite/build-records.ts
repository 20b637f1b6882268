import type { EventId, Position } from '@verbatim/event-store';
import type { Database, Statement } from 'better-sqlite3';
import type { ProjectionName } from '../read-models.js';
import type { Build, BuildRecord, Generation } from '../read-model-store.js';

type Row = {
  readonly projection: ProjectionName;
  readonly generation: Generation;
  readonly status: BuildRecord['status'];
  readonly position: number | null;
  readonly event_id: EventId | null;
};

const recordOf = ({ projection, generation, status, position, event_id: eventId }: Row): BuildRecord => ({
  projection,
  generation,
  status,
  checkpoint: position === null || eventId === null ? null : { position: BigInt(position) as Position, eventId },
});

/** The table `builds`: which build of each projection there is, and how far it has come. */
export class BuildRecords {
  readonly #all: Statement<[], Row>;
  readonly #active: Statement<[], Row>;

  constructor(database: Database) {
    const select = 'SELECT projection, generation, status, position, event_id FROM builds';
    this.#all = database.prepare(select);
    this.#active = database.prepare(`${select} WHERE status = 'active'`);
  }

  all(): BuildRecord[] {
    return this.#all.all().map(recordOf);
  }

  active(): BuildRecord[] {
    return this.#active.all().map(recordOf);
  }
}

export class BuildRecordsWriter extends BuildRecords {
  readonly #insert: Statement<[string, number, string]>;
  readonly #advance: Statement<[number, string, string, number]>;
  readonly #setActive: Statement<[string, number]>;
  readonly #delete: Statement<[string, number]>;

  constructor(database: Database) {
    super(database);
    const build = 'WHERE projection = ? AND generation = ?';
    this.#insert = database.prepare('INSERT INTO builds (projection, generation, status) VALUES (?, ?, ?)');
    this.#advance = database.prepare(`UPDATE builds SET position = ?, event_id = ? ${build}`);
    this.#setActive = database.prepare(`UPDATE builds SET status = 'active' ${build}`);
    this.#delete = database.prepare(`DELETE FROM builds ${build}`);
  }

  insert({ projection, generation }: Build, status: BuildRecord['status']): void {
    this.#insert.run(projection, generation, status);
  }

  /** @returns false when there is no such build */
  advance({ projection, generation }: Build, position: number, eventId: string): boolean {
    return this.#advance.run(position, eventId, projection, generation).changes === 1;
  }

  setActive({ projection, generation }: Build): void {
    this.#setActive.run(projection, generation);
  }

  delete({ projection, generation }: Build): void {
    this.#delete.run(projection, generation);
  }
}
