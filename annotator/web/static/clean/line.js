// One line: its fields on the page, what is stored of it, and how it stands.

import { element } from "../label/dom.js";
import { action, said } from "../label/notices.js";

const WORDS = {
  open: "open", half: "no kind", changed: "unsaved", waiting: "saving",
  saved: "saved", skipped: "skipped", refused: "not taken",
};

export class Line {
  constructor(lines, stored, form) {
    const { id, revision, note, suggestion, repeat_of: copied } = stored;
    Object.assign(this, { lines, id, revision, note, suggestion, copied });
    this.node = form.querySelector(`[data-line="${stored.id}"]`);
    this.radios = [...this.node.querySelectorAll("input[type=radio]")];
    this.list = this.node.querySelector("select");
    this.words = this.node.querySelector("[data-state]");
    this.told = this.node.querySelector("[data-told]");
    this.canBeSaved = !this.radios[0].disabled;
    this.wasSkipped = this.words.textContent.trim() === "skipped";
    this.stored = stored.answers;
    this.known = this.answers;
    this.time = 0;
    this.isWaiting = false;
    this.refusal = null;
    this.reveal();
  }

  get chosen() {
    return this.radios.find((radio) => radio.checked)?.value;
  }

  get kind() {
    return this.list?.value ?? "";
  }

  // The follow-up question applies to what is chosen.
  get opens() {
    return this.lines.opening.has(this.chosen);
  }

  get answers() {
    const { gate, followUp } = this.lines;
    const answers = this.chosen ? { [gate.code]: [this.chosen] } : {};
    if (this.kind) answers[followUp.code] = [this.kind];
    return answers;
  }

  get isAnswered() {
    const { followUp } = this.lines;
    return Boolean(this.chosen) && !(this.opens && followUp?.required && !this.kind);
  }

  get isChanged() {
    return JSON.stringify(this.answers) !== JSON.stringify(this.stored);
  }

  get isOpen() {
    return !this.isAnswered && !this.wasSkipped;
  }

  get isToSave() {
    return this.canBeSaved && this.isAnswered && (this.isChanged || this.refusal !== null);
  }

  choose(label) {
    for (const radio of this.radios) radio.checked = radio.value === label;
    if (this.list && !this.opens) this.list.value = "";
  }

  chooseKind(label) {
    this.list.value = label;
  }

  fill(answers) {
    const { gate, followUp } = this.lines;
    const [label] = answers[gate.code] ?? [];
    for (const radio of this.radios) radio.checked = radio.value === label;
    if (this.list) this.list.value = answers[followUp.code]?.[0] ?? "";
    this.settle(0);
  }

  settle(seconds) {
    this.known = this.answers;
    this.time += seconds;
    this.reveal();
  }

  // The machine's guess, where the lead lets it be seen: at once, or after one's own choice.
  reveal() {
    const { suggestion } = this;
    if (!suggestion || this.suggestionShown || (suggestion.when !== "at_once" && !this.chosen)) return;
    this.suggestionShown = true;
    const share = Math.round(suggestion.probability * 100);
    const copy = this.copied ? ` The same as line ${this.copied}.` : "";
    this.tell(element("p", { class: "suggestion small" },
      `Suggested by the machine: noise, ${suggestion.noise_type} (${share} %). ${suggestion.reasons.join(" ")}${copy}`));
  }

  tell(...nodes) {
    this.told.append(...nodes);
    this.told.hidden = false;
  }

  // What is sent of it; `at` and `count`: its place among the lines of the page.
  save(newId, at, count) {
    return {
      assignment: this.id,
      save_id: newId(),
      seen_revision: this.revision,
      answers: this.answers,
      note: this.note,
      seconds: Math.round(this.time * 10) / 10,
      context_before: at,
      context_after: count - at - 1,
      ...(this.suggestionShown ? { suggestion_shown: true } : {}),
      ...(this.refusal?.held.settled ? { settled_seen: true } : {}),
    };
  }

  sent() {
    this.stored = this.answers;
    this.revision += 1;
    this.time = 0;
    this.isWaiting = true;
    this.wasSkipped = false;
  }

  // The server did not take it; the fields show what was sent, so that nothing is lost.
  refuse(entry, queue) {
    const { annotation, revision } = entry.held;
    this.fill(entry.body.answers);
    this.refusal = entry;
    this.isWaiting = false;
    this.revision = revision ?? this.revision;
    this.stored = annotation?.answers ?? {};
    const keep = () => {
      queue.drop(entry);
      this.fill(this.stored);
      this.accept();
      this.lines.onchange([this]);
    };
    const there = Object.values(this.stored).flat().join(", ");
    this.told.querySelector(".refusal")?.remove();
    this.tell(element("div", { class: "refusal", role: "alert" },
      element("p", { class: "error" }, said(entry.held)),
      element("p", { class: "small" }, annotation ? `Saved there: ${there}. Save again to put yours in its place, or ` : "",
        action(annotation ? "keep what is saved" : "discard it", keep), ".")));
    this.draw();
  }

  accept() {
    this.refusal = null;
    this.told.querySelector(".refusal")?.remove();
    this.told.hidden = this.told.childElementCount === 0;
    this.draw();
  }

  get state() {
    if (this.refusal) return "refused";
    if (this.isChanged) return this.isAnswered ? "changed" : "half";
    if (this.isWaiting) return "waiting";
    if (this.revision > 0) return "saved";
    return this.wasSkipped ? "skipped" : "open";
  }

  draw() {
    const { state } = this;
    this.node.dataset.now = state;
    this.node.classList.toggle("opens", this.opens);
    this.node.classList.toggle("is-noise", this.opens && this.chosen === [...this.lines.opening][0]);
    if (this.words.textContent !== WORDS[state]) this.words.textContent = WORDS[state];
  }
}
