// Saves on their way to the server. Each is kept in the browser until the server has it, is sent in
// the order it was made, and may be sent twice: the server knows it by its save_id.

import { NO_ANSWER } from "./server.js";

const LOCK = "annotator-queue";
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export class Queue {
  constructor(storage, server) {
    this.storage = storage;
    this.server = server;
    this.entries = [];
    // What the server did not take, for the person to decide on.
    this.held = [];
    // Entries that the browser is about to keep; of some it has not said yet that it does.
    this.keeping = new Map();
    this.unkept = 0;
    this.busy = false;
    this.tries = 0;
    this.isAway = false;
    this.needsSignIn = false;
    this.onchange = () => {};
    this.onstored = () => {};
    this.onheld = () => {};
    this.onsignin = () => {};
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  // What an earlier page of this person left behind.
  async restore() {
    const kept = (await this.storage.all("saves")).filter((entry) => entry.person === this.server.person);
    this.entries.push(...kept.filter((entry) => !entry.held));
    this.held.push(...kept.filter((entry) => entry.held));
    this.onchange();
    for (const entry of this.held) this.onheld(entry);
    this.send();
  }

  // Kept and sent at once, whichever is faster; resolves when the browser keeps it.
  add(entry) {
    const made = { ...entry, person: this.server.person, slug: this.server.slug };
    this.entries.push(made);
    this.unkept += 1;
    const kept = this.storage.put("saves", { ...made }).then((key) => {
      if (key !== undefined) made.key = key;
      this.unkept -= 1;
      this.onchange();
    });
    this.keeping.set(made, kept);
    this.onchange();
    this.send();
    return kept;
  }

  has(assignment) {
    return this.entries.some((entry) => entry.assignment === assignment
      || entry.body.saves?.some((save) => save.assignment === assignment));
  }

  // How many answers are on their way; those of a whole page travel together.
  get count() {
    return this.entries.reduce((sum, entry) => sum + (entry.body.saves?.length ?? 1), 0);
  }

  get isEmpty() {
    return this.entries.length === 0;
  }

  // Try again now, whatever the wait.
  hurry() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.isEmpty) this.send();
  }

  // Resolves when all is sent, or when it is plain that it cannot be for now.
  async flush(patience) {
    const end = performance.now() + patience;
    this.hurry();
    while (!this.isEmpty && !this.isAway && !this.needsSignIn && performance.now() < end) {
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  }

  // The person signs out all the same.
  forget() {
    clearTimeout(this.timer);
    this.entries = [];
    this.held = [];
  }

  // The person decided about something held: it is forgotten.
  drop(entry) {
    this.held = this.held.filter((other) => other !== entry);
    if (entry.key !== undefined) this.storage.delete("saves", entry.key);
    this.onchange();
  }

  signedIn() {
    this.needsSignIn = false;
    this.hurry();
  }

  async send() {
    if (this.busy || this.timer || this.needsSignIn) return;
    this.busy = true;
    await alone(async () => {
      await this.leaveOutWhatAnotherTabSent();
      while (!this.isEmpty && await this.settle(this.entries[0]));
    });
    this.busy = false;
    this.onchange();
    // Something may have come in while the last answer was being dealt with.
    if (!this.isEmpty && !this.isAway) this.send();
  }

  async leaveOutWhatAnotherTabSent() {
    if (this.entries.every((entry) => entry.key === undefined)) return;
    const kept = new Set(await this.storage.keys("saves"));
    if (this.storage.lasts) {
      this.entries = this.entries.filter((entry) => entry.key === undefined || kept.has(entry.key));
    }
  }

  // Send one; returns whether to go on with the next.
  async settle(entry) {
    const answer = await this.server.call(entry.method, entry.path, entry.body);
    const { status, wait } = answer;
    if (status === 401) return this.askToSignIn("expired");
    if (status === 400 && !entry.renewed) return this.renew(entry);
    if (status === NO_ANSWER || status === 429 || status >= 500) return this.waitFor(wait * 1000);
    this.isAway = false;
    this.tries = 0;
    await this.take(entry, answer);
    return true;
  }

  // The page's token was refused: it may be stale, or somebody else signed in meanwhile.
  async renew(entry) {
    const renewed = await this.server.renewToken();
    if (renewed === "away") return this.waitFor(0);
    if (renewed === "other") return this.askToSignIn("other");
    entry.renewed = true;
    return true;
  }

  askToSignIn(why) {
    this.needsSignIn = true;
    this.onsignin(why);
    return false;
  }

  async take(entry, { status, data }) {
    this.entries = this.entries.filter((other) => other !== entry);
    await this.keeping.get(entry);
    this.keeping.delete(entry);
    if (status < 300) {
      if (entry.key !== undefined) await this.storage.delete("saves", entry.key);
      this.onstored(entry);
    } else if (data.annotation && this.has(entry.assignment)) {
      // A later save of the same task follows: that one is to be compared.
      if (entry.key !== undefined) await this.storage.delete("saves", entry.key);
    } else if (data.refused?.length && entry.body.saves) {
      await this.split(entry, data.refused);
    } else {
      entry.held = { status, ...data };
      await this.hold(entry);
    }
    this.onchange();
  }

  async hold(entry) {
    this.held.push(entry);
    const key = await this.storage.put("saves", { ...entry });
    if (key !== undefined) entry.key = key;
    this.onheld(entry);
  }

  // The answers of a page are stored together or not at all. Those that stood in the way wait for
  // the person, each by itself; the others are sent again.
  async split(entry, refused) {
    const why = new Map(refused.map((one) => [one.assignment, one]));
    const rest = entry.body.saves.filter((save) => !why.has(save.assignment));
    for (const { assignment, ...body } of entry.body.saves.filter((save) => why.has(save.assignment))) {
      const held = why.get(assignment);
      // A later save of the same task follows: that one is to be compared.
      if (held.annotation && this.has(assignment)) continue;
      const { person, slug } = entry;
      await this.hold({
        method: "PUT", path: `/assignments/${assignment}/annotation`, assignment, body, person, slug, held,
      });
    }
    if (rest.length > 0) await this.add({ method: entry.method, path: entry.path, body: { saves: rest } });
    if (entry.key !== undefined) await this.storage.delete("saves", entry.key);
  }

  waitFor(ms) {
    this.isAway = true;
    const wait = Math.max(ms, Math.min(FIRST_WAIT_MS * 2 ** this.tries, LONGEST_WAIT_MS));
    this.tries += 1;
    this.timer = setTimeout(() => this.hurry(), wait);
    this.onchange();
    return false;
  }
}

// One tab at a time, where the browser can say so (https and this machine); elsewhere two tabs may
// send the same save, which the server takes once.
function alone(work) {
  return navigator.locks ? navigator.locks.request(LOCK, work) : work();
}
