// Which task is on the page, and which come next: enough of them lie ready that nobody waits, and
// that work goes on while the network is away.

// A minute without network is some twenty tasks of a quick person.
const READY = 30;
const FEW = 24;
const ASK_AT_MOST = 50;

export class Desk {
  constructor({ server, queue, drafts, view, held, data }) {
    Object.assign(this, { server, queue, drafts, view, held });
    this.buffer = data.ahead.sheets.filter((sheet) => sheet.id !== data.sheet.id);
    this.rounds = new Map(data.ahead.rounds.map((round) => [round.round, round]));
    this.forms = new Map([[view.questions.kind, view.questions.container]]);
    // Saved or skipped here; the server may not know yet.
    this.settled = new Set();
    this.known = new Map();
    this.isDry = data.ahead.remaining <= data.ahead.sheets.length;
    this.current = data.sheet;
    this.remember(data.sheet);
    this.wasRefused = data.refused;
    this.onshow = () => {};
    view.onchange = () => this.changed();
    this.guides = new Map([[view.questions.kind, document.querySelector("[data-codebook]")]]);
    this.returned = [];
    queue.onstored = () => this.wake();
    queue.onheld = (entry) => this.bringBack(entry);
  }

  async begin() {
    this.view.begin(this.current);
    this.view.guide.adopt(this.guides.get(this.current.form), this.current.scope);
    for (const entry of this.queue.entries) this.settled.add(entry.assignment);
    if (this.queue.has(this.current.id) && !this.wasRefused) return this.next();
    const draft = this.wasRefused ? undefined : this.drafts.of(this.current);
    return draft ? this.show(this.current) : this.onshow();
  }

  changed() {
    if (!this.current) return;
    this.isDirty = true;
    this.drafts.keep(this.current, this.view.questions, this.view.evidence.spans());
    this.onshow();
  }

  // Returns whether it could be shown: a kind of form that was never loaded needs the server.
  async show(sheet, given) {
    const form = await this.formOf(sheet);
    if (!form) return false;
    // What came back and was left undecided stays in sight.
    if (this.queue.held.includes(this.broughtBack)) this.held.add(this.broughtBack);
    this.current = sheet;
    this.isDirty = false;
    this.broughtBack = null;
    this.view.questions.adopt(form);
    // A later round may have another version of the codebook.
    this.view.guide.adopt(this.guides.get(sheet.form), sheet.scope);
    const draft = given ? undefined : this.drafts.of(sheet);
    this.view.show(sheet, this.rounds.get(sheet.round), given ?? draft);
    if (draft) {
      this.isDirty = true;
      this.view.notices.say("What you had chosen here and not saved is back.");
    }
    this.onshow();
    return true;
  }

  async formOf(sheet) {
    if (!this.forms.has(sheet.form)) {
      const page = await this.server.pageOf(sheet.id);
      const form = page?.querySelector("[data-form]");
      if (form?.dataset.form !== sheet.form) return null;
      this.forms.set(sheet.form, form);
      this.guides.set(sheet.form, page.querySelector("[data-codebook]"));
    }
    return this.forms.get(sheet.form);
  }

  remember(sheet) {
    this.known.set(sheet.id, sheet);
  }

  save() {
    const sheet = this.current;
    if (!sheet.can_be_saved || this.view.complains()) return;
    const body = this.view.body();
    const decided = this.broughtBack;
    if (decided?.held.settled) body.settled_seen = true;
    this.broughtBack = null;
    const kept = this.queue.add({
      method: "PUT", path: `/assignments/${sheet.id}/annotation`, assignment: sheet.id, body,
    });
    // The old one goes when the new one is safe.
    if (decided) kept.then(() => this.queue.drop(decided));
    this.settle(sheet, "done");
    Object.assign(sheet, { answers: body.answers, spans: body.spans, note: body.note, revision: sheet.revision + 1 });
    this.next();
  }

  skip(reason) {
    const sheet = this.current;
    this.queue.add({
      method: "POST", path: `/assignments/${sheet.id}/skip`, assignment: sheet.id, body: { reason },
    });
    sheet.skip_reason = reason;
    this.settle(sheet, "skipped");
    this.next();
  }

  flag(note) {
    const sheet = this.current;
    this.queue.add({
      method: "POST", path: `/assignments/${sheet.id}/flag`, assignment: sheet.id, body: { reason: note },
    });
    sheet.flag_note = note;
    this.view.flagBox.open = false;
    this.view.flagBox.querySelector("[data-told]").hidden = false;
    this.view.notices.say("The lead will see your note.", { kind: "success" });
  }

  settle(sheet, state) {
    this.drafts.drop(sheet);
    this.settled.add(sheet.id);
    this.last = sheet;
    const round = this.rounds.get(sheet.round);
    if (round) count(round, sheet.state, state);
    sheet.state = state;
  }

  // On to the next task; keys do nothing until it is there.
  async next() {
    if (this.isTurning) return;
    this.isTurning = true;
    this.current = null;
    await this.turn();
    this.isTurning = false;
    this.lookAtReturned();
  }

  async turn() {
    if (await this.showReturned()) return;
    while (this.buffer.length > 0) {
      const sheet = this.buffer.shift();
      if (this.settled.has(sheet.id)) continue;
      if (sheet.cleaned_whole) return this.leaveFor(sheet);
      if (sheet.previous === undefined && this.last) sheet.previous = this.last.id;
      this.remember(sheet);
      if (await this.show(sheet)) {
        this.refill();
        return;
      }
      this.buffer.unshift(sheet);
      this.rest("The next questions are not loaded yet; they come as soon as the server answers.");
      return;
    }
    await this.finish();
  }

  // A document that is cleaned whole has a page of its own, which the server chooses.
  leaveFor(sheet) {
    this.buffer.unshift(sheet);
    if (this.queue.isEmpty) return window.location.assign(this.server.page);
    return this.rest("Next comes a document to clean up, as soon as your last answers have reached the server.");
  }

  // Nothing lies ready: ask, or say what is waited for.
  async finish() {
    const answered = await this.refill();
    if (this.buffer.length > 0) {
      await this.turn();
    } else if (!answered) {
      this.rest("Nothing more is loaded; it goes on as soon as the server answers.");
    } else if (!this.queue.isEmpty) {
      this.rest("That was the last one; the last answers are on their way to the server.");
    } else if (this.held.entries.length > 0) {
      this.rest("That was the last one. Some answers were not taken: see what is said of them.");
    } else {
      window.location.assign(this.server.page);
    }
  }

  // No task on the page until the server answers again.
  rest(sentence) {
    this.view.rest(sentence);
    this.onshow();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.wake(), 3_000);
  }

  wake() {
    clearTimeout(this.resting);
    if (!this.current) this.next();
  }

  // Load more while there is some; returns whether the server answered.
  async refill() {
    if (this.buffer.length > FEW) return true;
    if (this.asking) return this.asking;
    this.asking = this.ask();
    const answered = await this.asking;
    this.asking = null;
    return answered;
  }

  async ask() {
    if (this.isDry && this.buffer.length > 0) return true;
    const n = Math.min(READY + this.queue.entries.length + 1, ASK_AT_MOST);
    const { status, data } = await this.server.get(`/projects/${this.server.slug}/sheets?n=${n}`);
    if (status === 401) this.queue.askToSignIn("expired");
    if (status !== 200) return false;
    this.isDry = data.remaining <= data.sheets.length;
    const here = new Set([...this.buffer.map((sheet) => sheet.id), ...this.settled, this.current?.id]);
    this.buffer.push(...data.sheets.filter((sheet) => !here.has(sheet.id)));
    if (this.queue.isEmpty) for (const round of data.rounds) this.rounds.set(round.round, round);
    for (const sheet of this.buffer) await this.formOf(sheet);
    return true;
  }

  async back() {
    const id = await this.previousId();
    if (id === undefined) return this.view.notices.say("The one before is not loaded, and the server does not answer.");
    if (id === null) return this.view.notices.say("This is the first one: there is nothing before it.");
    return this.open(id);
  }

  async previousId() {
    if (!this.current) return this.last?.id ?? null;
    if (this.current.previous === undefined) {
      const { status, data } = await this.server.get(`/assignments/${this.current.id}`);
      if (status === 200) this.current.previous = data.previous;
    }
    return this.current.previous;
  }

  async open(id) {
    const sheet = this.known.get(id) ?? await this.fetched(id);
    if (!sheet) return this.view.notices.say("The one before is not loaded, and the server does not answer.");
    this.putAside();
    return await this.show(sheet) || this.next();
  }

  async fetched(id) {
    const { status, data } = await this.server.get(`/assignments/${id}`);
    if (status !== 200) return null;
    this.remember(data);
    return data;
  }

  // What is on the page comes again later; its draft is kept.
  putAside() {
    if (this.current?.state === "open") this.buffer.unshift(this.current);
    this.current = null;
  }

  // The server did not take a save. If the person can mend it, the task comes back as it was.
  async bringBack(entry) {
    const { annotation, problems } = entry.held;
    if (entry.method !== "PUT" || !(annotation || problems)) return this.held.add(entry);
    this.returned.push(entry);
    return this.lookAtReturned();
  }

  // One at a time, and never under the hands of a person who is just being shown another.
  lookAtReturned() {
    if (this.returned.length === 0 || this.broughtBack || this.isTurning) return;
    this.putAside();
    this.next();
  }

  // Returns whether one is on the page now.
  async showReturned() {
    const entry = this.returned.shift();
    if (!entry) return false;
    const { annotation, revision, settled, problems = {} } = entry.held;
    const sheet = await this.fetched(entry.assignment);
    if (sheet) sheet.revision = revision ?? sheet.revision;
    if (!sheet || !await this.show(sheet, { ...entry.body, problems })) {
      this.held.add(entry);
      return this.showReturned();
    }
    this.settled.delete(sheet.id);
    this.broughtBack = entry;
    this.isDirty = true;
    this.view.onward.hidden = true;
    if (annotation) {
      this.view.notices.compare(annotation, this.view.questions, {
        keep: () => this.keepStored(entry), settled,
      });
    }
    const here = this.view.questions.byCode;
    for (const [code, sentence] of Object.entries(problems)) {
      if (!here.has(code)) this.view.notices.say(sentence, { kind: "error" });
    }
    this.onshow();
    return true;
  }

  keepStored(entry) {
    this.queue.drop(entry);
    this.broughtBack = null;
    this.settled.add(entry.assignment);
    this.drafts.drop(this.current);
    this.known.delete(entry.assignment);
    this.next();
  }
}

function count(round, before, after) {
  const counted = { open: "left", done: "done", skipped: "skipped" };
  round[counted[before]] -= 1;
  round[counted[after]] += 1;
}
