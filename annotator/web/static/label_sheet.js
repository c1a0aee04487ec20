// The questions on the page: which apply, which one is active, what is missing.

const REQUIRED = "Answer this question: it is required.";

export class Sheet {
  constructor(form) {
    this.form = form;
    this.questions = [...form.querySelectorAll("[data-question]")].map((box) => new Question(box));
    this.byCode = new Map(this.questions.map((question) => [question.code, question]));
    this.active = null;
    this.rule = new Rule(document.querySelector("[data-rule]"));
    this.onchange = () => {};
    this.before = this.snapshot();
    form.addEventListener("change", (event) => this.changed(event));
    for (const type of ["focusin", "pointerdown"]) {
      form.addEventListener(type, (event) => this.mark(this.around(event.target)));
    }
    for (const type of ["focusin", "pointerover"]) {
      form.addEventListener(type, (event) => {
        const choice = event.target.closest(".choice");
        if (choice) this.rule.show(this.around(choice), choice);
      });
    }
    form.querySelector("[data-undo]").addEventListener("click", () => this.undo());
    this.fold(false);
    this.mark(this.firstMissing() ?? this.shown()[0], false);
  }

  around(element) {
    return this.questions.find((question) => question.box.contains(element));
  }

  shown() {
    return this.questions.filter((question) => !question.box.hidden);
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
    this.rule.show(question);
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

  complain(question) {
    question.complain(REQUIRED);
    this.mark(question, true);
  }

  // Choose by key in the active question; a question with one answer hands on to the next.
  choose(key) {
    const question = this.active;
    const input = question?.inputWithKey(key);
    if (!input) return false;
    const on = !(input.checked && (input.type === "checkbox" || !question.required));
    input.checked = on;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if (input.type === "radio" && on) {
      const shown = this.shown();
      const next = shown.slice(shown.indexOf(question) + 1).find((each) => each.listed && !each.answered());
      this.mark(next ?? question, true);
    }
    return true;
  }

  changed(event) {
    const question = this.around(event.target);
    if (!question) return;
    if (event.target.type === "checkbox") question.keepExclusive(event.target);
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
    for (const question of this.questions) {
      const holds = question.conditions.every(
        ({ question: code, labels }) =>
          applies.has(code) && this.byCode.get(code).values().some((value) => labels.includes(value)),
      );
      if (holds) applies.add(question.code);
      // On loading, a question with a complaint of the server stays open to be read.
      const keep = !clear && question.problem.textContent !== "";
      if (!holds && !keep && question.clear()) cleared += 1;
      question.box.hidden = !holds && !keep;
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
    return this.questions.flatMap((question) =>
      question.inputs.map((input) => [input, question.listed ? input.checked : input.value]));
  }
}

class Question {
  constructor(box) {
    this.box = box;
    this.code = box.dataset.question;
    this.required = "required" in box.dataset;
    this.conditions = JSON.parse(box.dataset.showIf);
    this.inputs = [...box.querySelectorAll("input, textarea")];
    this.listed = this.inputs.some((input) => ["radio", "checkbox"].includes(input.type));
    this.problem = box.querySelector(".error");
    this.name = box.querySelector("legend").firstChild.textContent.trim();
    this.help = box.querySelector("[data-help]")?.textContent ?? "";
    box.tabIndex = -1;
    box.addEventListener("mousedown", (event) => this.rememberChecked(event));
    box.addEventListener("click", (event) => this.letGo(event));
  }

  values() {
    if (!this.listed) return this.inputs.map((input) => input.value.trim()).filter(Boolean);
    return this.inputs.filter((input) => input.checked).map((input) => input.value);
  }

  answered() {
    return this.values().length > 0;
  }

  // Returns whether there was something to clear.
  clear() {
    const had = this.answered();
    for (const input of this.inputs) {
      if (this.listed) input.checked = false;
      else input.value = "";
    }
    return had;
  }

  inputWithKey(key) {
    return this.inputs.find((input) => input.dataset.key === key);
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
  }
}

// The rule of a question, and what the label under pointer or focus means. It stands beside the
// text, so that nothing moves under the pointer; screen readers have both in the question itself.
class Rule {
  constructor(box) {
    this.box = box;
    [this.name, this.help, this.label] = ["name", "help", "label"]
      .map((part) => box.querySelector(`[data-rule-${part}]`));
  }

  show(question, choice = null) {
    const input = choice?.querySelector("input");
    const id = input?.getAttribute("aria-describedby");
    const meaning = id ? document.getElementById(id).textContent : "";
    this.name.textContent = question.name;
    this.help.textContent = question.help;
    this.label.textContent = meaning && `${choice.querySelector(".choice-name").textContent}: ${meaning}`;
    this.box.hidden = !(question.help || meaning);
  }
}
