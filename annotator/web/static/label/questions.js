// The questions on the page: which apply, which one is active, what is missing, what is answered.

import { element } from "./dom.js";

const REQUIRED = "Answer this question: it is required.";

export class Questions {
  constructor(form, guide) {
    this.form = form;
    this.guide = guide;
    this.onchange = () => {};
    this.known = new Map();
    form.addEventListener("change", (event) => this.changed(event.target));
    form.addEventListener("input", (event) => event.target.matches(".field-text") && this.onchange());
    for (const type of ["focusin", "pointerdown"]) {
      form.addEventListener(type, (event) => this.mark(this.around(event.target)));
    }
    for (const type of ["focusin", "pointerover"]) {
      form.addEventListener(type, (event) => {
        const choice = event.target.closest?.(".choice");
        if (choice) this.guide.show(this.around(choice), choice);
      });
    }
    form.querySelector("[data-undo]").addEventListener("click", () => this.undo());
    this.adopt(form.querySelector("[data-form]"));
  }

  // Take these question boxes for the form's own; they may be put back later.
  adopt(container) {
    if (container === this.container) return;
    this.container?.replaceWith(container);
    this.container = container;
    this.kind = container.dataset.form;
    if (!this.known.has(container)) {
      const boxes = [...container.querySelectorAll("[data-question]")];
      this.known.set(container, boxes.map((box) => new Question(box)));
    }
    this.all = this.known.get(container);
    this.byCode = new Map(this.all.map((question) => [question.code, question]));
    this.active = null;
    for (const { box } of this.all) box.classList.remove("active");
    this.start();
  }

  // Show these answers as they are stored; what the server complained of is told beside them.
  fill(answers, problems = {}) {
    for (const question of this.all) {
      question.fill(answers[question.code]);
      question.complain(problems[question.code] ?? "");
    }
    this.active?.box.classList.remove("active");
    this.active = null;
    this.start();
  }

  start() {
    this.fold(false);
    this.tellCleared(0);
    this.before = this.snapshot();
    const told = this.shown().find((question) => question.problem.textContent !== "");
    this.mark(told ?? this.firstMissing() ?? this.shown()[0]);
  }

  // Answers by question code as the server takes them: lists, `[]` for "none of these".
  answers() {
    const given = this.all.filter((question) => !question.box.hidden && question.answered());
    return Object.fromEntries(given.map((question) => [question.code, question.answer()]));
  }

  around(element) {
    return this.all.find((question) => question.box.contains(element));
  }

  // What is asked; what a lead has settled is sent along.
  shown() {
    return this.all.filter(({ box }) => !box.hidden && !("settled" in box.dataset));
  }

  firstMissing() {
    return this.shown().find((question) => question.required && !question.answered());
  }

  // Required and unanswered after the active question, in the order of the page.
  nextMissing() {
    const shown = this.shown();
    return shown.slice(shown.indexOf(this.active) + 1)
      .find((question) => question.required && !question.answered());
  }

  mark(question, focus = false) {
    if (!question) return;
    if (this.active !== question) {
      this.active?.box.classList.remove("active");
      question.box.classList.add("active");
      this.active = question;
    }
    this.guide.show(question);
    if (focus) {
      question.box.focus({ preventScroll: true });
      question.box.scrollIntoView({ block: "nearest" });
    }
  }

  step(by) {
    const shown = this.shown();
    const at = shown.indexOf(this.active) + by;
    this.mark(shown[Math.max(0, Math.min(at, shown.length - 1))], true);
  }

  complain(question, sentence = REQUIRED) {
    question.complain(sentence);
    this.mark(question, true);
  }

  // Choose by key in the active question; a question with one answer hands on to the next.
  choose(key) {
    const question = this.active;
    const input = question?.inputWithKey(key);
    if (!input) return false;
    const on = !(input.checked && (input.type === "checkbox" || !question.required));
    this.set(question, input, on);
    if (input.type === "radio" && on) {
      const shown = this.shown();
      const next = shown.slice(shown.indexOf(question) + 1).find((each) => each.listed && !each.answered());
      this.mark(next ?? question, true);
    }
    return true;
  }

  set(question, input, on) {
    if (input.checked === on) return;
    input.checked = on;
    this.changed(input);
  }

  changed(element) {
    const question = this.around(element);
    if (!question) return;
    if (element.type === "checkbox") question.keepExclusive(element);
    question.complain("");
    const snapshot = this.before;
    this.tellCleared(this.fold(true), snapshot);
    this.before = this.snapshot();
    this.onchange();
  }

  // Conditions cascade: a question behind one that does not apply does not apply either.
  fold(clear) {
    let cleared = 0;
    const applies = new Set();
    for (const question of this.all) {
      const holds = question.conditions.every(
        ({ question: code, labels }) =>
          applies.has(code) && this.byCode.get(code).values().some((value) => labels.includes(value)),
      );
      if (holds) applies.add(question.code);
      // On loading, a question with a complaint of the server stays open to be read.
      const keep = !clear && question.problem.textContent !== "";
      if (!holds && !keep && question.clear()) cleared += 1;
      question.box.hidden = !holds && !keep;
      question.box.classList.remove("folded");
      question.box.disabled = question.box.hidden;
    }
    if (this.active?.box.hidden) this.mark(this.firstMissing() ?? this.shown()[0]);
    return cleared;
  }

  tellCleared(count, snapshot) {
    const bar = this.form.querySelector("[data-cleared]");
    bar.hidden = count === 0;
    if (count === 0) return;
    this.undoTo = snapshot;
    const what = count === 1 ? "One answer that no longer applies was" : `${count} answers that no longer apply were`;
    bar.querySelector("[data-cleared-text]").textContent = `${what} cleared.`;
  }

  undo() {
    for (const [input, value] of this.undoTo) {
      if (typeof value === "boolean") input.checked = value;
      else input.value = value;
    }
    this.fold(false);
    this.tellCleared(0);
    this.before = this.snapshot();
    this.onchange();
  }

  snapshot() {
    return this.all.flatMap((question) =>
      question.inputs.map((input) => [input, question.listed ? input.checked : input.value]));
  }
}

// One question: its labels as radio buttons or check boxes, or a line of text.
class Question {
  constructor(box) {
    this.box = box;
    this.code = box.dataset.question;
    this.base = box.dataset.base;
    this.required = "required" in box.dataset;
    this.spans = box.dataset.spans ?? "none";
    // Labels that mean "cannot judge": they need no words of the text.
    this.missing = (box.dataset.missing ?? "").split(" ");
    this.conditions = JSON.parse(box.dataset.showIf);
    this.inputs = [...box.querySelectorAll("input, textarea")];
    this.listed = this.inputs.some((input) => ["radio", "checkbox"].includes(input.type));
    this.isSet = this.inputs.some((input) => input.type === "checkbox");
    this.problem = box.querySelector(".error");
    this.name = box.querySelector("legend").firstChild.textContent.trim();
    box.tabIndex = -1;
    box.addEventListener("mousedown", (event) => this.rememberChecked(event));
    box.addEventListener("click", (event) => this.letGo(event));
  }

  values() {
    if (!this.listed) return this.inputs.map((input) => input.value.trim()).filter(Boolean);
    return this.inputs.filter((input) => input.checked).map((input) => input.value);
  }

  // As stored: "none of these" is the empty set.
  answer() {
    return this.values().filter((value) => value !== "");
  }

  answered() {
    return this.values().length > 0;
  }

  fill(answer) {
    const values = answer && this.isSet && answer.length === 0 ? [""] : answer ?? [];
    for (const input of this.inputs) {
      if (this.listed) input.checked = values.includes(input.value);
      else input.value = values[0] ?? "";
    }
  }

  // Returns whether there was something to clear.
  clear() {
    const had = this.answered();
    this.fill(undefined);
    return had;
  }

  inputWithKey(key) {
    return this.inputs.find((input) => input.dataset.key === key);
  }

  inputOf(label) {
    return this.inputs.find((input) => this.listed && input.value === label);
  }

  nameOf(label) {
    return this.inputOf(label)?.closest(".choice").querySelector(".choice-name").textContent ?? label;
  }

  // Words of the text that name a label, beside it: a hint, the same for everyone, chosen by nobody.
  hint(words) {
    for (const old of this.box.querySelectorAll(".hint")) old.remove();
    for (const [label, found] of Object.entries(words)) {
      this.inputOf(label)?.closest(".choice").querySelector(".choice-name")
        .after(element("span", { class: "hint" }, found.map((word) => `“${word}”`).join(" ")));
    }
  }

  // “None of these” and the labels exclude each other.
  keepExclusive(changed) {
    if (!changed.checked) return;
    for (const input of this.inputs) {
      if (input !== changed && (input.value === "" || changed.value === "")) input.checked = false;
    }
  }

  // A radio button of an optional question can be let go by clicking it again.
  rememberChecked(event) {
    const input = event.target.closest(".choice")?.querySelector("input");
    this.wasChecked = input?.type === "radio" && input.checked ? input : null;
  }

  letGo(event) {
    if (this.required || event.target !== this.wasChecked) return;
    event.target.checked = false;
    this.wasChecked = null;
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  }

  complain(sentence) {
    this.problem.textContent = sentence;
    this.problem.hidden = sentence === "";
    this.box.classList.toggle("has-error", sentence !== "");
    for (const input of this.inputs) {
      if (sentence) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }
}
