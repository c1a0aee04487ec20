// What is said above the questions: one sentence each, and what the person can do about it.

import { element } from "./dom.js";

const ELSEWHERE = "In another tab or window this was saved with the answers below.";
const SETTLED = "The lead has settled this, by your saved answers below and those of others.";
const KEPT_EARLIER = "Save to put your answers in its place; the others are kept as an earlier version.";
const KEPT_BESIDE = "Save to keep your change all the same: it is stored, and what was settled stays.";

export class Notices {
  constructor(box) {
    this.box = box;
  }

  clear() {
    this.box.replaceChildren();
  }

  say(sentence, { kind = "", actions = [] } = {}) {
    this.box.append(element(
      "div",
      { class: `notice ${kind}`, role: kind === "error" ? "alert" : null },
      element("p", {}, sentence),
      ...(actions.length ? [element("p", { class: "row" }, ...actions)] : []),
    ));
  }

  // Both versions: what is stored here, what the person chose in the form below.
  // `settled`: nothing else was saved here, but a lead has settled it by this since.
  compare(stored, questions, { keep, settled }) {
    const answers = stored.answers ?? {};
    const rows = questions.all
      .filter((question) => question.code in answers)
      .map((question) => [question.name, inWords(question, answers[question.code])]);
    if (stored.note) rows.push(["Note", stored.note]);
    this.box.append(element(
      "section",
      { class: "stored notice warning", role: "alert" },
      element("h2", {}, settled ? "Settled by the lead meanwhile" : "Saved elsewhere meanwhile"),
      element("p", {}, `${settled ? SETTLED : ELSEWHERE} What you chose here is still in the form and is not saved yet.`),
      element("dl", {}, ...rows.flatMap(([name, answer]) => [element("dt", {}, name), element("dd", {}, answer)])),
      element("p", {}, settled ? KEPT_BESIDE : KEPT_EARLIER, " Or ",
        action("keep what is saved and go on", keep), "."),
    ));
  }
}

export function action(name, act) {
  return element("button", { class: "link", type: "button", onclick: act }, name);
}

function inWords(question, answer) {
  return answer.map((label) => question.nameOf(label)).join(", ") || "None of these";
}

// Saves that the server did not take: said in a sentence, with what was chosen, until the person has
// decided. Nothing is thrown away by itself.
export class Held {
  constructor(box, queue) {
    this.box = box;
    this.queue = queue;
    this.entries = [];
    this.list = element("ul");
    box.append(this.list);
  }

  add(entry) {
    this.entries.push(entry);
    this.draw();
  }

  discard(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    this.queue.drop(entry);
    this.draw();
  }

  draw() {
    this.box.hidden = this.entries.length === 0;
    this.list.replaceChildren(...this.entries.map((entry) => element(
      "li", {},
      element("p", {}, said(entry.held)),
      element("p", { class: "small muted" }, chosen(entry.body)),
      action("Discard it", () => this.discard(entry)),
    )));
  }
}

// The sentence of the server; those of single questions, where the task cannot be shown again.
export function said({ error, problems = {} }) {
  return [error ?? "The server did not take this.", ...Object.values(problems)].join(" ");
}

// What was chosen, by the codes of questions and labels: the questions may be gone from the page.
function chosen({ answers = {}, note, reason, saves }) {
  if (saves) return `${saves.length} lines of a document`;
  const rows = Object.entries(answers).map(([code, labels]) => `${code}: ${labels.join(", ") || "none"}`);
  return [...rows, note, reason].filter(Boolean).join(" · ");
}
