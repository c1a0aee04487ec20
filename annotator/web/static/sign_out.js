// Signing out: what the browser still keeps for the server is sent first, what cannot be sent is said,
// and then nothing of the person stays behind in this browser.

import { Queue } from "./label/queue.js";
import { Server } from "./label/server.js";
import { Storage } from "./label/storage.js";

const PATIENCE_MS = 5_000;

export function guard(form, open) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { queue, storage } = await open();
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

// Pages with a queue of their own guard the form by themselves (label/label.js, label/done.js).
const form = document.querySelector("[data-sign-out]");
if (form && !document.querySelector("[data-held]")) {
  guard(form, async () => {
    const storage = await Storage.open();
    const { person } = document.body.dataset;
    const queue = new Queue(storage, new Server({ slug: "", person, token: form.elements.csrf_token.value }));
    await queue.restore();
    return { queue, storage };
  });
}
