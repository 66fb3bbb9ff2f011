internal import GRDB

/// The tables of the desired state.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("works") { try $0.execute(sql: works) }
    migrator.registerMigration("deletions") { try $0.execute(sql: deletions) }
    migrator.registerMigration("standing") { try $0.execute(sql: standing) }
    migrator.registerMigration("overview") { try $0.execute(sql: overview) }
    return migrator
  }

  private static let works = """
    CREATE TABLE works (
      namespace TEXT NOT NULL, name TEXT NOT NULL,
      revision INTEGER NOT NULL, generation INTEGER NOT NULL, uid TEXT,
      promise TEXT NOT NULL, resource TEXT NOT NULL, identity TEXT NOT NULL,
      spec_digest TEXT NOT NULL, metadata_digest TEXT NOT NULL, document TEXT NOT NULL,
      created_at REAL NOT NULL, changed_at REAL NOT NULL, removal_requested_at REAL,
      conditions TEXT NOT NULL,
      PRIMARY KEY (namespace, name)
    ) STRICT;
    CREATE INDEX works_by_identity ON works (identity);
    CREATE INDEX works_of_promises ON works (promise, namespace, resource);
    CREATE TABLE labels (
      namespace TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY (namespace, name, key),
      FOREIGN KEY (namespace, name) REFERENCES works ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX labels_by_value ON labels (key, value);
    CREATE TABLE results (
      namespace TEXT NOT NULL, name TEXT NOT NULL, store TEXT NOT NULL,
      revision INTEGER NOT NULL, is_done INTEGER NOT NULL, result TEXT NOT NULL,
      PRIMARY KEY (namespace, name, store),
      FOREIGN KEY (namespace, name) REFERENCES works ON DELETE CASCADE
    ) STRICT;
    CREATE TABLE placements (
      namespace TEXT NOT NULL, name TEXT NOT NULL, store TEXT NOT NULL, path TEXT NOT NULL,
      destination TEXT NOT NULL, tree TEXT, commit_id TEXT NOT NULL, landed_at TEXT NOT NULL,
      verdict TEXT NOT NULL,
      PRIMARY KEY (namespace, name, store, path),
      FOREIGN KEY (namespace, name, store) REFERENCES results ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX placements_of_stores ON placements (store, destination);
    CREATE TABLE landings (
      id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, store TEXT NOT NULL,
      url TEXT NOT NULL, commit_id TEXT NOT NULL, outcome TEXT NOT NULL, landed_at TEXT NOT NULL,
      UNIQUE (namespace, name, store, commit_id),
      FOREIGN KEY (namespace, name) REFERENCES works ON DELETE CASCADE
    ) STRICT;
    """

  /// Names outlive what they named, so nothing here refers to `works`; no uid is an empty one.
  private static let deletions = """
    CREATE TABLE deletions (
      namespace TEXT NOT NULL, name TEXT NOT NULL, uid TEXT NOT NULL,
      generation INTEGER NOT NULL, deleted_at REAL NOT NULL,
      PRIMARY KEY (namespace, name, uid)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX deletions_by_time ON deletions (deleted_at);
    """

  /// What is asked of all Works at once stands behind their documents in the table, and would have
  /// every one of them read.
  private static let standing = """
    CREATE INDEX works_standing
      ON works (namespace, name, revision, changed_at, promise, removal_requested_at);
    """

  /// What the page shows and counts is answered by indexes alone: what a person looks at must not
  /// keep those waiting who put.
  private static let overview = """
    ALTER TABLE works ADD COLUMN is_ready INTEGER NOT NULL DEFAULT FALSE;
    UPDATE works SET is_ready = coalesce(json_extract(conditions, '$[3].status') = 'True', FALSE);
    CREATE INDEX works_found ON works (is_ready, namespace, name, promise, resource);
    ALTER TABLE placements ADD COLUMN promise TEXT NOT NULL DEFAULT '';
    UPDATE placements SET promise = (
      SELECT promise FROM works
      WHERE works.namespace = placements.namespace AND works.name = placements.name);
    DROP INDEX placements_of_stores;
    CREATE INDEX placements_counted ON placements (store, destination, promise, verdict);
    CREATE INDEX placements_last ON placements (store, destination, landed_at, commit_id);
    """
}
