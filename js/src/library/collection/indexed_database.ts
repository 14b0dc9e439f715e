/** Where a collection is kept: in the browser's IndexedDB, each change in one transaction. */

import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import { DivisiError } from "../../base/errors.js";
import type { Change, Contents, Database } from "../tracks/database.js";
import type { Example, Track } from "../tracks/types.js";

interface Schema extends DBSchema {
  tracks: { key: string; value: Track };
  examples: { key: [string, string]; value: Example };
}

const databaseName = (name: string) => `divisi-collection:${name}`;
const version = 1;

export async function openDatabase(name: string): Promise<Database> {
  const database = await guarded(`open the collection "${name}"`, () =>
    openDB<Schema>(databaseName(name), version, {
      upgrade(db) {
        db.createObjectStore("tracks", { keyPath: "id" });
        db.createObjectStore("examples", { keyPath: ["tag", "id"] });
      },
      // Another page deletes the collection, or has a newer divisi: it should not have to wait.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    }),
  );
  return new IndexedDatabase(name, database);
}

export function deleteDatabase(name: string): Promise<void> {
  return guarded(`delete the collection "${name}"`, () => deleteDB(databaseName(name)));
}

class IndexedDatabase implements Database {
  constructor(
    readonly name: string,
    readonly database: IDBPDatabase<Schema>,
  ) {}

  load(): Promise<Contents> {
    return guarded(`read the collection "${this.name}"`, async () => {
      const transaction = this.database.transaction(["tracks", "examples"]);
      const [tracks, examples] = await Promise.all([
        transaction.objectStore("tracks").getAll(),
        transaction.objectStore("examples").getAll(),
      ]);
      return { tracks, examples };
    });
  }

  apply(change: Change): Promise<void> {
    return guarded(`write the collection "${this.name}"`, async () => {
      const transaction = this.database.transaction(["tracks", "examples"], "readwrite");
      const tracks = transaction.objectStore("tracks");
      const examples = transaction.objectStore("examples");
      const requests: Promise<unknown>[] = [];
      const reasons: Promise<unknown>[] = [];
      try {
        if (change.clear) requests.push(tracks.clear(), examples.clear());
        for (const track of change.putTracks ?? []) requests.push(tracks.put(track));
        for (const id of change.removeTracks ?? []) requests.push(tracks.delete(id));
        for (const example of change.putExamples ?? []) requests.push(examples.put(example));
        for (const [tag, id] of change.removeExamples ?? []) {
          requests.push(examples.delete([tag, id]));
        }
      } catch (error) {
        transaction.abort();
        reasons.push(Promise.reject(error));
      }
      // The first reason counts: those after it only say that the transaction was aborted.
      const outcomes = await Promise.allSettled([...reasons, transaction.done, ...requests]);
      const failure = outcomes.find((outcome) => outcome.status === "rejected");
      if (failure) throw failure.reason;
    });
  }

  close(): void {
    this.database.close();
  }
}

async function guarded<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new DivisiError("storage", `the browser could not ${what}: ${reason}`, { cause: error });
  }
}
