// The labelling page with scripts: keys, folding of what does not apply, the clock, the save state.
// Without any of this the page is a plain form that saves.

import { Sheet } from "./label_sheet.js";
import { listen } from "./label_keys.js";
import { clock } from "./label_clock.js";

document.body.classList.add("scripted");
const form = document.getElementById("label-form");
const sheet = new Sheet(form);
const state = document.querySelector('[role="status"].save-state');
const seconds = clock();
let sending = false;

function say(text, kind) {
  state.textContent = text;
  state.className = `save-state ${kind}`;
}

if (state.textContent.trim() === "Not saved yet") say("Not saved yet", "unsaved");
sheet.onchange = () => say("Not saved yet", "unsaved");

form.addEventListener("submit", (event) => {
  const missing = sheet.firstMissing();
  if (sending || missing) {
    event.preventDefault();
    if (missing) sheet.complain(missing);
    return;
  }
  sending = true;
  form.elements.seconds.value = seconds().toFixed(1);
  say("Saving…", "waiting");
});

// A page that comes back from the browser's memory must be able to save again.
window.addEventListener("pageshow", () => { sending = false; });

listen(sheet, form);
