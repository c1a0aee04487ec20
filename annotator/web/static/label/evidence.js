// Evidence spans: words of the paragraph that show why a label was given. Offsets are code points of
// the text as shown, end excluded. They are painted with the CSS Custom Highlight API, which leaves
// the text alone, and listed as text with buttons to remove them.

import { element } from "./dom.js";

const COLOURS = 4;

export class Evidence {
  constructor(box, questions) {
    this.box = box;
    this.list = box.querySelector("[data-spans]");
    this.bar = box.querySelector("[data-marking]");
    this.questions = questions;
    this.all = [];
    this.selected = null;
    this.onchange = () => {};
    document.addEventListener("selectionchange", () => this.select());
  }

  // `judged` is the element with the text, null where nothing can be marked.
  show(judged, spans) {
    this.judged = judged;
    this.text = judged ? Array.from(judged.textContent) : [];
    this.all = spans.map((span) => ({ ...span, quote: span.quote ?? this.quote(span.start, span.end) }));
    this.selected = null;
    this.draw();
  }

  // Those whose label is chosen; a label chosen again has its words back.
  spans() {
    return this.all.filter((span) => this.asked(span.question)?.answer().includes(span.label));
  }

  asked(code) {
    const question = this.questions.byCode.get(code);
    return question && !question.box.hidden && question.spans !== "none" ? question : undefined;
  }

  // The first question whose labels need words and have none, with the label.
  missing() {
    const spans = this.spans();
    for (const question of this.questions.shown()) {
      if (question.spans !== "must" || !this.judged) continue;
      const label = question.answer().find((code) =>
        !question.missing.includes(code)
        && !spans.some((span) => span.question === question.code && span.label === code));
      if (label !== undefined) return { question, label };
    }
    return null;
  }

  select() {
    const selection = document.getSelection();
    if (!this.judged?.isConnected || selection.rangeCount === 0) return;
    const range = selection.getRangeAt(0);
    const inside = !range.collapsed && range.intersectsNode(this.judged);
    const found = inside ? this.offsets(range) : null;
    if (!found && document.activeElement?.closest?.("[data-marking]")) return;
    this.selected = found;
    this.drawBar();
  }

  // Code points from the start of the text to both ends of a range, cut to the text.
  offsets(range) {
    const whole = document.createRange();
    whole.selectNodeContents(this.judged);
    const until = (node, offset) => {
      if (whole.comparePoint(node, offset) < 0) return 0;
      if (whole.comparePoint(node, offset) > 0) return this.text.length;
      const lead = whole.cloneRange();
      lead.setEnd(node, offset);
      return Array.from(lead.toString()).length;
    };
    const start = until(range.startContainer, range.startOffset);
    const end = until(range.endContainer, range.endOffset);
    return start < end ? { start, end } : null;
  }

  quote(start, end) {
    return this.text.slice(start, end).join("");
  }

  // Shift and the key of a label: in the active question, else in the first that has the key.
  markByKey(letter) {
    // A quick hand is ahead of the event that tells of the selection.
    this.select();
    if (!this.selected) return false;
    const ordered = [this.questions.active, ...this.questions.shown()];
    const question = ordered.find((each) => each && each.spans !== "none" && each.inputWithKey(letter)?.value);
    if (!question) return false;
    const input = question.inputWithKey(letter);
    this.questions.set(question, input, true);
    this.mark(question.code, input.value);
    return true;
  }

  mark(question, label) {
    const { start, end } = this.selected;
    const isThere = this.all.some((span) =>
      span.question === question && span.label === label && span.start === start && span.end === end);
    if (!isThere) this.all.push({ question, label, start, end, quote: this.quote(start, end) });
    document.getSelection().removeAllRanges();
    this.selected = null;
    this.draw();
    this.onchange();
  }

  remove(span) {
    this.all = this.all.filter((other) => other !== span);
    this.draw();
    this.judged.focus({ preventScroll: true });
    this.onchange();
  }

  draw() {
    const spans = this.spans();
    this.list.replaceChildren(...spans.map((span) => this.chip(span)));
    this.list.hidden = spans.length === 0;
    this.paint(spans);
    this.drawBar();
  }

  chip(span) {
    const name = this.questions.byCode.get(span.question).nameOf(span.label);
    return element(
      "li",
      {
        class: `span-chip colour-${this.colour(span)}`,
        onpointerenter: () => this.point([span]),
        onpointerleave: () => this.point([]),
      },
      element("span", {}, element("strong", {}, `${name}: `), `“${span.quote}”`),
      element(
        "button",
        { class: "quiet", type: "button", "aria-label": `Remove “${span.quote}” from ${name}`, onclick: () => this.remove(span) },
        "×",
      ),
    );
  }

  drawBar() {
    const selected = this.selected;
    this.bar.hidden = !selected;
    if (!selected) return;
    const offers = this.questions.shown().filter((question) => question.spans !== "none").flatMap((question) =>
      question.answer().filter((label) => !question.missing.includes(label)).map((label) => this.offer(question, label)));
    const quote = this.quote(selected.start, selected.end);
    const short = quote.length > 40 ? `${quote.slice(0, 40)}…` : quote;
    this.bar.replaceChildren(
      element("span", {}, offers.length
        ? `“${short}” shows: `
        : `To mark “${short}”, choose a label first, or press Shift and its key.`),
      ...offers,
    );
  }

  offer(question, label) {
    return element(
      "button",
      {
        class: "button small",
        type: "button",
        // The selection must survive the click.
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => this.mark(question.code, label),
      },
      question.nameOf(label),
    );
  }

  colour(span) {
    const labels = [...new Set(this.all.map(({ question, label }) => `${question}/${label}`))];
    return labels.indexOf(`${span.question}/${span.label}`) % COLOURS;
  }

  paint(spans) {
    if (!CSS.highlights) return;
    for (let colour = 0; colour < COLOURS; colour += 1) {
      const mine = spans.filter((span) => this.colour(span) === colour).map((span) => this.range(span));
      CSS.highlights.set(`evidence-${colour}`, new Highlight(...mine));
    }
    this.point([]);
  }

  point(spans) {
    CSS.highlights?.set("evidence-pointed", new Highlight(...spans.map((span) => this.range(span))));
  }

  range({ start, end }) {
    const range = document.createRange();
    const walker = document.createTreeWalker(this.judged, NodeFilter.SHOW_TEXT);
    let at = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = Array.from(node.data).length;
      if (start >= at && start <= at + length) range.setStart(node, units(node.data, start - at));
      if (end >= at && end <= at + length) range.setEnd(node, units(node.data, end - at));
      at += length;
    }
    return range;
  }
}

// The DOM counts UTF-16 units, the project code points.
function units(text, points) {
  return Array.from(text).slice(0, points).join("").length;
}
