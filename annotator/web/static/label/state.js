// How the work stands, in the one line that says so.

import { count } from "./dom.js";

export class State {
  constructor(line, desk, queue, storage) {
    Object.assign(this, { line, desk, queue, storage });
    this.savedHere = line.textContent.trim() !== "";
    queue.onchange = () => this.show();
    desk.onshow = () => this.show();
    window.addEventListener("beforeunload", (event) => this.warn(event));
  }

  show() {
    const [text, kind] = this.words();
    if (this.line.textContent !== text) this.line.textContent = text;
    this.line.className = `save-state ${kind}`;
  }

  words() {
    const { queue, desk } = this;
    const waiting = queue.count;
    if (waiting > 0) this.savedHere = true;
    // That something waits is a promise: it is made once the browser keeps it.
    if (waiting > 0 && queue.unkept > 0) return ["Saving…", "waiting"];
    if (waiting > 0 && queue.needsSignIn) return [`${waiting} waiting until you sign in`, "unsaved"];
    if (waiting > 0 && queue.isAway) return [`${waiting} waiting, will retry${this.caution()}`, "unsaved"];
    if (waiting > 0) return ["Saving…", "waiting"];
    if (desk.held.entries.length > 0) return [`${count(desk.held.entries.length, "answer")} not taken`, "unsaved"];
    if (desk.isDirty) return ["Not saved yet", "unsaved"];
    if (desk.current?.revision) return ["Saved; you are looking at it again", ""];
    return this.savedHere ? ["All saved", ""] : ["", ""];
  }

  caution() {
    return this.storage.lasts ? "" : "; this browser keeps nothing, so do not close the tab";
  }

  // What is on its way arrives without the page; a person should know what is not.
  warn(event) {
    const { queue, storage } = this;
    const stuck = queue.isAway || queue.needsSignIn || !storage.lasts;
    if ((queue.isEmpty || !stuck) && queue.held.length === 0) return;
    event.preventDefault();
  }
}
