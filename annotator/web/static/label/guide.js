// What questions and labels mean: beside the text for the label under pointer or focus, and the whole
// codebook in a dialog. It is the same for every task, so it is fetched once and kept by the browser.

export class Guide {
  constructor(panel, dialog) {
    this.panel = panel;
    this.dialog = dialog;
    [this.name, this.help, this.label] = ["name", "help", "label"]
      .map((part) => panel.querySelector(`[data-rule-${part}]`));
    this.last = null;
  }

  // Take the parts of a codebook, one for each scope; only that of the task is needed at once.
  async adopt(parts, scope) {
    if (parts !== this.parts) {
      this.parts?.replaceWith(parts);
      this.parts = parts;
    }
    await quiet();
    await this.load(scope);
    if (this.last) this.show(...this.last);
  }

  // What cannot be had now is tried again when the codebook is asked for.
  async load(scope) {
    const part = this.parts.querySelector(`[data-scope="${scope}"]`);
    if (part.dataset.loaded) return;
    try {
      const answer = await fetch(part.dataset.address);
      if (!answer.ok) return;
      const guide = new DOMParser().parseFromString(await answer.text(), "text/html");
      part.replaceChildren(...guide.body.childNodes);
      part.dataset.loaded = "yes";
    } catch { /* said above */ }
  }

  show(question, choice = null) {
    this.last = [question, choice];
    const section = this.parts && this.section(question);
    const input = section && choice?.querySelector("input");
    const meaning = input && this.parts.querySelector(`[id="means-${question.base}-${input.value}"]`);
    this.name.textContent = question.name;
    this.help.textContent = section?.querySelector("[data-help]")?.textContent ?? "";
    this.label.replaceChildren();
    if (meaning?.textContent.trim()) {
      const name = document.createElement("strong");
      name.textContent = `${choice.querySelector(".choice-name").textContent}: `;
      this.label.append(name, ...[...meaning.childNodes].map((node) => node.cloneNode(true)));
    }
    this.panel.hidden = !(this.help.textContent || meaning);
  }

  async open(question) {
    this.dialog.showModal();
    await Promise.all(["paragraph", "document", "source"].map((scope) => this.load(scope)));
    const section = question && this.section(question);
    section?.scrollIntoView({ block: "start" });
    section?.querySelector("h3").focus({ preventScroll: true });
  }

  section(question) {
    return this.parts.querySelector(`[data-guide="${question.base}"]`);
  }
}

// Resolves when the page has nothing more urgent to do.
function quiet() {
  return new Promise((resolve) => { (window.requestIdleCallback ?? setTimeout)(resolve); });
}
