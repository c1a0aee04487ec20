// Which document is on the page: saving it in one go, and going on to the next, which lies ready.

import { newId } from "../label/view.js";
import { Lines } from "./lines.js";

const RETRY_MS = 3_000;

export class Desk {
  constructor({ server, queue, drafts, list, notices, clock }) {
    Object.assign(this, { server, queue, drafts, list, notices, clock });
    this.bar = document.querySelector("[data-progress]");
    this.left = document.querySelector("[data-left]");
    this.where = document.querySelector("[data-where]");
    // Saved here and shown as done; the server may not know yet.
    this.settled = new Set();
    this.current = null;
    this.onshow = () => {};
    queue.onstored = (entry) => this.stored(entry);
    queue.onheld = (entry) => this.refused(entry);
  }

  // Drafts come back, and what is on its way counts as saved.
  adopt(form) {
    const values = JSON.parse(form.querySelector("[data-values]").textContent);
    Object.assign(this, { form, values, following: values.following });
    this.lines = new Lines(form, values, this.clock);
    this.lines.onchange = (lines) => this.changed(lines);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    form.querySelector("[rel=next]")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.goOn();
    });
    this.restore();
    this.clock.restart();
    this.lines.draw();
    this.tell();
    this.ready = this.fetched(this.following);
  }

  restore() {
    const waiting = new Map(this.queue.entries.flatMap((entry) => entry.body.saves ?? [])
      .map((save) => [save.assignment, save]));
    let back = 0;
    for (const line of this.lines.all) {
      const save = waiting.get(line.id);
      const draft = this.values.refused ? undefined : this.drafts.of({ id: line.id, revision: line.revision });
      if (save) {
        this.count([line]);
        line.fill(save.answers);
        line.sent();
      } else if (draft) {
        line.fill(draft.answers);
        back += 1;
      }
    }
    if (back > 0) this.notices.say("What you had chosen here and not saved is back.");
    for (const entry of this.queue.held) this.refused(entry);
    this.lines.at = Math.max(0, this.lines.all.findIndex((line) => line.isOpen));
  }

  // What was not taken, at its line or in the list above.
  get held() {
    return { entries: this.queue.held };
  }

  get isDirty() {
    return this.lines?.all.some((line) => line.isChanged) ?? false;
  }

  changed(lines) {
    for (const line of lines) {
      const sheet = { id: line.id, revision: line.revision };
      if (line.isChanged) this.drafts.put(sheet, line.answers);
      else this.drafts.drop(sheet);
    }
    this.tell();
  }

  // How many lines are answered, beside the button and in the state of the page.
  tell() {
    const { all } = this.lines;
    const open = all.filter((line) => line.isOpen).length;
    const toSave = all.filter((line) => line.isToSave).length;
    const name = this.form.querySelector("[data-save-name]");
    if (name) name.textContent = toSave > 0 ? `Save ${toSave} and go on` : "Go on";
    this.form.querySelector("[data-count]").textContent =
      open > 0 ? `${open} of ${all.length} lines are open` : "Every line is answered";
    this.onshow();
  }

  async save() {
    const { all } = this.lines;
    const lines = all.filter((line) => line.isToSave);
    if (lines.length > 0) {
      const saves = lines.map((line) => line.save(newId, all.indexOf(line), all.length));
      const kept = this.queue.add({
        method: "POST", path: `/projects/${this.server.slug}/annotations`, body: { saves },
      });
      this.count(lines);
      for (const line of lines) this.sent(line, kept);
      this.tell();
    }
    await this.goOn();
  }

  // The draft and what was held go when the save is safe.
  sent(line, kept) {
    const decided = line.refusal;
    const sheet = { id: line.id, revision: line.revision };
    line.sent();
    line.accept();
    kept.then(() => {
      this.drafts.drop(sheet);
      if (decided) this.queue.drop(decided);
    });
  }

  count(lines) {
    const fresh = lines.filter((line) => line.revision === 0 && !line.wasSkipped && !this.settled.has(line.id));
    for (const line of lines) this.settled.add(line.id);
    this.bar.value += fresh.length;
    this.left.textContent = String(Math.max(0, Number(this.left.textContent) - fresh.length));
  }

  // The next document is put in the place of this one, whether the save has arrived or not.
  async goOn() {
    if (this.isTurning) return;
    this.isTurning = true;
    this.rest();
    const isKnown = this.following !== null && !this.settled.has(this.following);
    const page = isKnown ? await this.ready ?? await this.fetched(this.following) : false;
    if (page) this.turn(page);
    else this.wait(page);
    this.isTurning = false;
  }

  turn(page) {
    this.notices.clear();
    const form = page.querySelector("#clean-form");
    const address = `/projects/${this.server.slug}/clean/${this.following}`;
    window.history.pushState(null, "", address);
    this.form.replaceWith(document.adoptNode(form));
    this.where.textContent = page.querySelector("[data-where]").textContent;
    document.title = page.title;
    window.scrollTo(0, 0);
    this.adopt(form);
    this.lines.show();
  }

  // Nothing lies ready. Once all is sent, the server knows what comes next; `null`: it is away.
  wait(page) {
    this.notices.clear();
    if (this.queue.held.length > 0) {
      this.notices.say("Some lines were not taken: see what is said of them.");
    } else if (page !== null && this.queue.isEmpty) {
      window.location.assign(this.server.page);
    } else {
      this.notices.say("It goes on as soon as the server answers. You may close the page: what you saved is kept.");
      this.rest(RETRY_MS);
    }
  }

  // Try again after a while; without one, no more.
  rest(ms) {
    clearTimeout(this.resting);
    this.resting = ms && setTimeout(() => this.goOn(), ms);
  }

  // The page of another document; null if the server is away, false if it has none.
  async fetched(id) {
    if (id === null) return false;
    const address = `/projects/${this.server.slug}/clean/${id}`;
    try {
      const answer = await fetch(address);
      if (!answer.ok || answer.redirected) return false;
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return null;
    }
  }

  stored(entry) {
    for (const { assignment } of entry.body.saves ?? []) {
      const line = this.lines?.byId(assignment);
      if (line) {
        line.isWaiting = this.queue.has(assignment);
        line.draw();
      }
    }
    if (this.resting) this.goOn();
  }

  // Told at the line, if it is on the page.
  refused(entry) {
    if (!this.lines) return;
    const line = entry.assignment && this.lines.byId(entry.assignment);
    if (!line) {
      if (!this.list.entries.includes(entry)) this.list.add(entry);
      return;
    }
    this.rest();
    this.settled.delete(line.id);
    line.refuse(entry, this.queue);
    this.tell();
  }

  openCodebook(guide) {
    guide.open({ base: this.lines.asked.code });
  }

  // The line on a page of its own, with room for a note, a reason to skip it, a word to the lead.
  openAlone() {
    window.location.assign(`${this.server.page}/${this.lines.marked.id}`);
  }
}
