// Nothing is left to label: what this browser still keeps is sent, or said.

import { guard } from "../kept.js";
import { Held } from "./notices.js";
import { Queue } from "./queue.js";
import { Server } from "./server.js";
import { Storage } from "./storage.js";

const find = (selector) => document.querySelector(selector);
const { person } = document.body.dataset;
const form = find("[data-sign-out]");
const server = new Server({
  slug: find("[data-slug]").dataset.slug, person, token: form.elements.csrf_token.value,
});
const storage = await Storage.open();
const queue = new Queue(storage, server);
const held = new Held(find("[data-held]"), queue);
const waiting = find("[data-waiting]");
queue.onheld = (entry) => held.add(entry);
queue.onchange = () => {
  waiting.hidden = queue.isEmpty;
  waiting.textContent = `Answers on their way to the server: ${queue.entries.length}.`;
};
guard(form, queue, storage);
await queue.restore();
