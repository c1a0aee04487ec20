// The left side: a paragraph between its neighbours, a whole document, or a source.

import { element, key } from "./dom.js";

const WIDER_BY = 3;
const WIDEST = 20;
const SIDES = {
  before: { name: "Before", letter: "[", more: "More above" },
  after: { name: "After", letter: "]", more: "More below" },
};

export class Reading {
  constructor(box, server) {
    this.box = box;
    this.server = server;
  }

  // Returns the element with the text that is judged, or null for a document or source.
  show(sheet) {
    this.sheet = sheet;
    this.context = { before: sheet.paragraph?.before ?? [], after: sheet.paragraph?.after ?? [] };
    this.ends = { before: false, after: false };
    const parts = { paragraph, document: wholeDocument, source }[sheet.scope](sheet);
    this.box.replaceChildren(...parts);
    if (sheet.scope !== "paragraph") return null;
    this.judged = parts[0];
    for (const side of Object.keys(SIDES)) this.draw(side);
    return this.judged;
  }

  // How many neighbours were in sight: stored with the annotation.
  counts() {
    return { context_before: this.context.before.length, context_after: this.context.after.length };
  }

  async widen(side) {
    const { sheet } = this;
    if (sheet.scope !== "paragraph" || this.ends[side]) return;
    const wanted = Math.min(this.context[side].length + WIDER_BY, WIDEST);
    const asked = { before: 0, after: 0, [side]: wanted };
    const answer = await this.server.get(
      `/assignments/${sheet.id}/context?before=${asked.before}&after=${asked.after}`,
    );
    // The person may have gone on meanwhile.
    if (answer.status !== 200 || this.sheet !== sheet) return;
    this.context[side] = answer.data[side];
    this.ends[side] = answer.data[side].length < wanted || wanted === WIDEST;
    this.draw(side);
  }

  draw(side) {
    const { name, letter, more } = SIDES[side];
    const texts = this.context[side].map((text) => element("p", { class: "text", dir: "auto" }, text));
    const button = element(
      "button",
      { class: "quiet wider", type: "button", onclick: () => this.widen(side) },
      more, " ", key(letter),
    );
    const group = element("div", { class: "context", role: "group", "aria-label": name }, ...texts);
    const isEnd = this.ends[side] || texts.length === 0;
    if (!isEnd) group[side === "before" ? "prepend" : "append"](button);
    this.box.querySelector(`[aria-label="${name}"]`)?.remove();
    if (texts.length > 0) this.box[side === "before" ? "prepend" : "append"](group);
  }
}

function paragraph({ paragraph: { id, text, lang }, odd = [] }) {
  const judged = element(
    "p",
    { class: "text judged", "data-paragraph": id, lang, dir: "auto", tabindex: -1 },
    ...marked(text, odd),
  );
  if (odd.length === 0) return [judged];
  const told = [...new Set(odd.map(({ what }) => what))].join(", ");
  return [judged, element("p", { class: "small muted odd-told" }, `Marked in the text: ${told}.`)];
}

// Characters that the eye misses get a mark around them; the text itself stays as it is.
function marked(text, odd) {
  const characters = Array.from(text);
  const nodes = [];
  let at = 0;
  for (const { start, end, what } of odd) {
    nodes.push(characters.slice(at, start).join(""));
    nodes.push(element("span", { class: "odd", title: what }, characters.slice(start, end).join("")));
    at = end;
  }
  nodes.push(characters.slice(at).join(""));
  return nodes.filter((node) => node !== "");
}

function wholeDocument({ document: shown }) {
  const from = [shown.source, shown.published_on].filter(Boolean).join(", ");
  return [
    element("h1", { class: "reading-title" }, shown.title || "The document as a whole"),
    ...(from ? [element("p", { class: "muted" }, from)] : []),
    element("p", { class: "muted" }, "You have labelled its paragraphs. These questions are about all of it."),
    element(
      "div",
      { class: "whole", role: "region", "aria-label": "Text of the document", tabindex: 0, "data-document": shown.id, lang: shown.lang },
      ...shown.paragraphs.map((text) => element("p", { class: "text", dir: "auto" }, text)),
    ),
  ];
}

function source({ source: shown }) {
  return [
    element("h1", { class: "reading-title", "data-source": shown.id }, shown.name),
    ...(shown.domains.length ? [element("p", { class: "muted" }, shown.domains.join(", "))] : []),
    element("p", {}, "The round is over: now rate the source itself. Judge how it works in general, not only what you have labelled, and note where you looked it up."),
    element("h2", {}, "What you labelled of it"),
    element("ul", { class: "documents" }, ...shown.documents.map(({ title, url, published_on: day }) => element(
      "li", {}, title,
      ...(day ? [" ", element("span", { class: "muted small" }, day)] : []),
      ...(url ? [element("br"), element("span", { class: "muted small address" }, url)] : []),
    ))),
  ];
}
