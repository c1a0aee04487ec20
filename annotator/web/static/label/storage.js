// What outlives the tab: saves that have not reached the server, and drafts. A browser may refuse to
// keep anything, or be full; then the page works on from memory and says so.

const NAME = "annotator";
const STORES = { saves: { keyPath: "key", autoIncrement: true }, drafts: { keyPath: "key" } };

export class Storage {
  constructor(database) {
    this.database = database;
  }

  static async open() {
    try {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        for (const [name, options] of Object.entries(STORES)) asked.result.createObjectStore(name, options);
      };
      const database = await done(asked);
      // Signing out in another tab removes everything; this one must not hold it up.
      database.onversionchange = () => database.close();
      return new Storage(database);
    } catch {
      return new Storage(null);
    }
  }

  // False once the browser has refused to keep something.
  get lasts() {
    return this.database !== null;
  }

  async all(store) {
    return (await this.try(store, "readonly", (rows) => rows.getAll())) ?? [];
  }

  async keys(store) {
    return (await this.try(store, "readonly", (rows) => rows.getAllKeys())) ?? [];
  }

  // The key under which it is kept; undefined if it is not.
  put(store, value) {
    return this.try(store, "readwrite", (rows) => rows.put(value));
  }

  delete(store, key) {
    return this.try(store, "readwrite", (rows) => rows.delete(key));
  }

  async wipe() {
    this.database?.close();
    this.database = null;
    try {
      await done(indexedDB.deleteDatabase(NAME));
    } catch { /* nothing was kept, then */ }
  }

  async try(store, mode, act) {
    if (!this.lasts) return undefined;
    try {
      // A save must survive a power cut, a draft need not cost a flush at each click.
      const durability = store === "saves" ? "strict" : "relaxed";
      const transaction = this.database.transaction(store, mode, { durability });
      const result = await done(act(transaction.objectStore(store)));
      if (mode === "readwrite") await finished(transaction);
      return result;
    } catch {
      this.database = null;
      return undefined;
    }
  }
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

// What is chosen and not yet saved, kept by the browser in case the tab dies: codes and offsets only,
// no words of texts and none of the person's.

export class Drafts {
  constructor(storage, person) {
    this.storage = storage;
    this.person = person;
    this.kept = new Map();
  }

  async restore() {
    for (const draft of await this.storage.all("drafts")) {
      if (draft.person === this.person) this.kept.set(draft.assignment, draft);
    }
  }

  keep(sheet, questions, spans) {
    const listed = questions.shown().filter((question) => question.listed && question.answered());
    const answers = Object.fromEntries(listed.map((question) => [question.code, question.answer()]));
    this.put(sheet, answers, spans.map(({ question, label, start, end }) => ({ question, label, start, end })));
  }

  put(sheet, answers, spans = []) {
    const draft = {
      key: `${this.person}/${sheet.id}`,
      person: this.person,
      assignment: sheet.id,
      seen: sheet.revision,
      answers,
      spans,
    };
    this.kept.set(sheet.id, draft);
    this.storage.put("drafts", draft);
  }

  // What was chosen on top of just this revision; another one was made elsewhere, and holds.
  of(sheet) {
    const draft = this.kept.get(sheet.id);
    return draft?.seen === sheet.revision ? draft : undefined;
  }

  drop(sheet) {
    if (this.kept.delete(sheet.id)) this.storage.delete("drafts", `${this.person}/${sheet.id}`);
  }
}
