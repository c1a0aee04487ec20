// One task on the page: the text, its questions, its notices; what the person made of it, in what time.

import { element } from "./dom.js";

export class View {
  constructor({ form, reading, questions, evidence, notices, clock, guide }) {
    Object.assign(this, { form, reading, questions, evidence, notices, clock, guide });
    this.note = form.elements.note;
    this.where = document.querySelector("[data-where]");
    this.bar = document.querySelector("[data-progress]");
    this.left = document.querySelector("[data-left]");
    this.saveButton = form.querySelector("[data-save-name]");
    this.onward = document.querySelector("[data-onward]");
    this.skipBox = document.getElementById("skip-box");
    this.flagBox = document.getElementById("flag-box");
    this.judging = element("div", { class: "notice suggestion", hidden: true });
    questions.onchange = evidence.onchange = () => this.changed();
    this.note.addEventListener("input", () => this.changed());
    this.onchange = () => {};
  }

  // The page as the server made it: what was clicked before the scripts ran stays chosen.
  begin(sheet) {
    this.sheet = sheet;
    this.showText(sheet, sheet.spans);
    this.showHints(sheet);
  }

  // `given`: what to put into the form in place of what is stored.
  show(sheet, progress, given = {}) {
    const { answers = sheet.answers, spans = sheet.spans, note = sheet.note, problems = {} } = given;
    this.sheet = sheet;
    this.form.hidden = false;
    this.notices.clear();
    this.showPlace(sheet, progress);
    this.questions.fill(answers, problems);
    this.showText(sheet, spans);
    this.showHints(sheet);
    this.note.value = note ?? "";
    this.note.closest("details").open = Boolean(note);
    this.showState(sheet);
    this.clock.restart();
    for (const box of [window, this.reading.box, this.questions.container.parentElement]) box.scrollTo(0, 0);
    const judged = this.evidence.judged;
    (judged ?? this.where).focus({ preventScroll: true });
    judged?.scrollIntoView({ block: "start" });
  }

  // Nothing to label for the moment.
  rest(sentence) {
    this.form.hidden = this.skipBox.hidden = this.flagBox.hidden = true;
    this.reading.box.replaceChildren();
    this.evidence.show(null, []);
    this.notices.clear();
    this.notices.say(sentence);
  }

  showPlace(sheet, progress) {
    const where = placeInWords(sheet);
    this.where.textContent = where;
    document.title = document.title.replace(/^.*?(?= · )/, `Label: ${where}`);
    if (!progress) return;
    this.bar.max = progress.done + progress.skipped + progress.left;
    this.bar.value = progress.done + progress.skipped;
    this.bar.textContent = `${this.bar.value} of ${this.bar.max}`;
    this.left.textContent = `${progress.left} left in “${sheet.round}”`;
  }

  showText(sheet, spans) {
    const judged = this.reading.show(sheet);
    judged?.after(this.evidence.box);
    this.evidence.show(judged, spans);
  }

  showHints(sheet) {
    for (const question of this.questions.all) question.hint(sheet.hints?.[question.code] ?? {});
    this.suggestionShown = false;
    this.judging.remove();
    this.showSuggestion();
  }

  // The machine's guess, where the lead lets it be seen: at once, or after one's own choice.
  showSuggestion() {
    const { suggestion } = this.sheet;
    if (!suggestion || this.suggestionShown) return;
    const gate = this.questions.byCode.get("content");
    if (!gate || (suggestion.when !== "at_once" && !gate.answered())) return;
    this.suggestionShown = true;
    const share = Math.round(suggestion.probability * 100);
    this.judging.textContent =
      `Suggested by the machine: noise, ${suggestion.noise_type} (${share} %). ${suggestion.reasons.join(" ")}`;
    this.judging.hidden = false;
    gate.box.after(this.judging);
  }

  showState(sheet) {
    this.form.elements.save.disabled = !sheet.can_be_saved;
    this.saveButton.textContent = sheet.revision ? "Save again" : "Save and go on";
    this.form.querySelector(".actions").hidden = !sheet.can_be_saved;
    this.onward.hidden = sheet.state === "open" && sheet.can_be_saved;
    for (const box of [this.skipBox, this.flagBox]) {
      box.open = false;
      box.hidden = !sheet.can_be_saved || (box === this.skipBox && sheet.state === "done");
    }
    this.skipBox.querySelector("[name=reason]").value = "";
    this.flagBox.querySelector("[name=reason]").value = sheet.flag_note ?? "";
    this.flagBox.querySelector("[data-told]").hidden = !sheet.flag_note;
    if (!sheet.can_be_saved) {
      this.notices.say(`The round “${sheet.round}” is closed. This is what you saved; it can no longer be changed.`);
    } else if (sheet.state === "skipped") {
      this.notices.say(`You skipped this: “${sheet.skip_reason}” Saving answers takes that back.`);
    }
  }

  changed() {
    this.evidence.draw();
    this.showSuggestion();
    this.onchange();
  }

  // True if something is missing: the focus is there, with a sentence.
  complains() {
    const question = this.questions.firstMissing();
    if (question) {
      this.questions.complain(question);
      return true;
    }
    const unproven = this.evidence.missing();
    if (!unproven) return false;
    const name = unproven.question.nameOf(unproven.label);
    this.questions.complain(unproven.question, `Mark the words that show “${name}”: select them in the text.`);
    return true;
  }

  // The body of a save.
  body() {
    return {
      save_id: newId(),
      seen_revision: this.sheet.revision,
      answers: this.questions.answers(),
      spans: this.evidence.spans(),
      seconds: this.clock.seconds(),
      note: this.note.value.trim() || null,
      ...this.reading.counts(),
      ...(this.suggestionShown ? { suggestion_shown: true } : {}),
    };
  }
}

// Seconds during which a task was in sight; a page in a background tab is not being read. Only the
// time since is measured, so that a wrong or changed clock of the computer does no harm.
export class Clock {
  constructor() {
    this.restart();
    document.addEventListener("visibilitychange", () => (document.hidden ? this.pause() : this.goOn()));
  }

  restart() {
    this.total = 0;
    this.since = document.hidden ? null : performance.now();
  }

  pause() {
    this.total = this.milliseconds();
    this.since = null;
  }

  goOn() {
    this.since ??= performance.now();
  }

  milliseconds() {
    return this.total + (this.since === null ? 0 : performance.now() - this.since);
  }

  seconds() {
    return Math.round(this.milliseconds() / 100) / 10;
  }
}

function placeInWords({ scope, place }) {
  if (!place) return "rating a source";
  const here = `document ${place.document} of ${place.documents}`;
  const what = scope === "document" ? "the whole document" : `paragraph ${place.paragraph} of ${place.paragraphs}`;
  return `${what} · ${here}`;
}

// A version 4 UUID; crypto.randomUUID is there on https and on this machine only.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
