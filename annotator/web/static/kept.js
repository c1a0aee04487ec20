// What this browser still keeps of a person's work is sent from whatever page they are on. Signing out
// sends it first, says what cannot be sent, and leaves nothing of the person behind in this browser.

import { Queue } from "./label/queue.js";
import { Server } from "./label/server.js";
import { Storage } from "./label/storage.js";

const PATIENCE_MS = 5_000;

export function guard(form, queue, storage) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await queue.flush(PATIENCE_MS);
    const left = queue.entries.length + queue.held.length;
    if (left > 0 && !window.confirm(warning(left))) return;
    queue.forget();
    await storage.wipe();
    form.submit();
  });
}

function warning(left) {
  const what = left === 1 ? "One answer has" : `${left} answers have`;
  return `${what} not reached the server. If you sign out now, they are lost.\n\n`
    + "Cancel to stay signed in; they are sent as soon as the server answers.";
}

// Pages with a queue of their own do this by themselves (label/label.js, label/done.js).
const form = document.querySelector("[data-sign-out]");
if (form && !document.querySelector("[data-held]")) {
  const storage = await Storage.open();
  const { person } = document.body.dataset;
  const queue = new Queue(storage, new Server({ slug: "", person, token: form.elements.csrf_token.value }));
  guard(form, queue, storage);
  await queue.restore();
}
