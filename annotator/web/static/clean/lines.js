// The lines of a document: what is chosen in each, which is marked, which are selected, and undo.

import { Line } from "./line.js";

export class Lines {
  constructor(form, values, clock) {
    Object.assign(this, { form, clock });
    const [gate, followUp] = values.questions;
    Object.assign(this, { gate, followUp, opening: new Set(values.opening) });
    this.all = values.lines.map((stored) => new Line(this, stored, form));
    this.chips = form.querySelector("[data-chips]");
    this.past = [];
    this.asked = gate;
    this.anchor = null;
    // Moving and clicking select more, until something is answered.
    this.isSelecting = false;
    this.at = Math.max(0, this.all.findIndex((line) => line.isOpen));
    this.onchange = () => {};
    form.addEventListener("change", (event) => this.changed(event.target));
    form.addEventListener("click", (event) => this.clicked(event));
    form.addEventListener("mousedown", (event) => this.pressed(event));
    this.draw();
  }

  get marked() {
    return this.all[this.at];
  }

  // The lines that one key answers: those selected, or the one that is marked.
  get chosen() {
    const from = this.anchor ?? this.at;
    return this.all.slice(Math.min(from, this.at), Math.max(from, this.at) + 1);
  }

  byId(id) {
    return this.all.find((line) => line.id === id);
  }

  // Mark a line; `extend` selects all from where the selection began.
  mark(index, { extend = false, quietly = false } = {}) {
    if (extend || this.isSelecting) this.anchor ??= this.at;
    else this.anchor = null;
    this.at = Math.min(Math.max(index, 0), this.all.length - 1);
    this.asked = this.gate;
    this.draw();
    if (!quietly) this.show();
  }

  show() {
    this.marked.node.focus({ preventScroll: true });
    this.marked.node.scrollIntoView({ block: "nearest" });
  }

  move(by, extend) {
    this.mark(this.at + by, { extend });
  }

  select() {
    this.isSelecting = !this.isSelecting;
    this.anchor = this.isSelecting ? this.at : null;
    this.draw();
  }

  endSelection() {
    this.isSelecting = false;
    this.mark(this.at);
  }

  // To the next line that is not answered, from the marked one on; false if there is none.
  toOpen() {
    const ahead = [...this.all.slice(this.at), ...this.all.slice(0, this.at)];
    const open = ahead.find((line) => !line.isAnswered);
    this.isSelecting = false;
    if (open) this.mark(this.all.indexOf(open));
    return Boolean(open);
  }

  // Choose the kind of noise anew.
  ask(question) {
    const opens = question === this.gate || this.chosen.some((line) => line.opens);
    if (question && opens) this.asked = question;
    this.draw();
  }

  // The label with this key in the question that is asked; returns whether there is one.
  choose(key) {
    const button = key && [...this.setOf(this.asked).querySelectorAll("[data-key]")]
      .find((each) => each.dataset.key === key);
    if (button) this.answer(button.value);
    return Boolean(button);
  }

  answer(label) {
    const lines = this.chosen.filter((line) => line.canBeSaved);
    this.remember(lines);
    for (const line of lines) {
      if (this.asked === this.gate) line.choose(label);
      else if (line.opens) line.chooseKind(label);
    }
    this.settle(lines);
    const opens = this.followUp && this.asked === this.gate && this.opening.has(label);
    if (opens) this.asked = this.followUp;
    else this.goOn();
    this.draw();
    this.onchange(lines);
  }

  goOn() {
    this.at = Math.min(Math.max(this.anchor ?? this.at, this.at) + 1, this.all.length - 1);
    this.anchor = null;
    this.isSelecting = false;
    this.asked = this.gate;
    this.show();
  }

  remember(lines) {
    this.past.push({ at: this.at, before: lines.map((line) => [line, line.known]) });
  }

  undo() {
    const last = this.past.pop();
    if (!last) return;
    for (const [line, answers] of last.before) line.fill(answers);
    this.isSelecting = false;
    this.mark(last.at);
    this.onchange(last.before.map(([line]) => line));
  }

  // The time since the last answer is that of these lines.
  settle(lines) {
    const seconds = this.clock.seconds() / Math.max(1, lines.length);
    this.clock.restart();
    for (const line of lines) line.settle(seconds);
  }

  // Something was chosen in a line itself; if it is one of several selected, in all of them.
  changed(target) {
    const line = this.around(target);
    if (!line) return;
    const index = this.all.indexOf(line);
    const several = this.chosen.includes(line) ? this.chosen : [line];
    this.remember(several);
    for (const each of several) {
      if (target.type === "radio") each.choose(target.value);
      else if (each.opens) each.chooseKind(target.value);
    }
    this.settle(several);
    if (several.length === 1) this.at = index;
    this.asked = target.type === "radio" && line.opens && this.followUp ? this.followUp : this.gate;
    this.draw();
    this.onchange(several);
  }

  clicked(event) {
    const button = event.target.closest(".doings button[type=button]");
    if (button?.value) this.answer(button.value);
    else if (button) this[button.matches("[data-undo]") ? "undo" : "select"]();
    if (button) this.show();
    // The arrows move among the lines again, and not among the buttons of one.
    const isPointer = event.detail > 0 && event.target.type === "radio";
    if (isPointer) this.around(event.target)?.node.focus({ preventScroll: true });
  }

  pressed(event) {
    const line = this.around(event.target);
    if (!line || event.target.closest(".answer, a, button")) return;
    if (event.shiftKey) event.preventDefault();
    this.mark(this.all.indexOf(line), { extend: event.shiftKey, quietly: true });
  }

  around(target) {
    const node = target.closest?.("[data-line]");
    return node && this.all.find((line) => line.node === node);
  }

  setOf(question) {
    return this.chips.querySelector(`[data-question="${question.code}"]`);
  }

  draw() {
    const chosen = new Set(this.chosen);
    for (const line of this.all) {
      line.node.classList.toggle("marked", line === this.marked);
      line.node.classList.toggle("selected", chosen.size > 1 && chosen.has(line));
      line.draw();
    }
    for (const set of this.chips.querySelectorAll("[data-question]")) {
      set.hidden = set.dataset.question !== this.asked.code;
    }
    this.form.querySelector("[data-undo]").disabled = this.past.length === 0;
    this.form.querySelector("[data-select]").setAttribute("aria-pressed", String(this.isSelecting));
    const told = chosen.size > 1 ? `${chosen.size} lines selected` : "";
    const status = this.chips.querySelector("[data-selected]");
    if (status.textContent !== told) status.textContent = told;
    this.form.classList.toggle("several", chosen.size > 1);
  }
}
