// The clean-up page with scripts: single keys, ranges, drafts, and saving without waiting.
// Without any of this the page is a plain form that saves.

import { guard } from "../kept.js";
import { Guide } from "../label/guide.js";
import { Held, Notices } from "../label/notices.js";
import { Queue } from "../label/queue.js";
import { Server } from "../label/server.js";
import { State } from "../label/state.js";
import { Drafts, Storage } from "../label/storage.js";
import { Clock } from "../label/view.js";
import { Desk } from "./desk.js";
import { listen } from "./keys.js";

const find = (selector) => document.querySelector(selector);
const form = find("#clean-form");
const { slug, person } = document.body.dataset;
const server = new Server({ slug, person, token: form.elements.csrf_token.value });

const storage = await Storage.open();
const queue = new Queue(storage, server);
const drafts = new Drafts(storage, person);
const held = new Held(find("[data-held]"), queue);
const notices = new Notices(find("[data-notices]"));
const desk = new Desk({ server, queue, drafts, list: held, notices, clock: new Clock() });
const state = new State(find(".save-state"), desk, queue, storage);
// Seldom needed, so it is loaded when it is.
queue.onsignin = async (why) => {
  const { SignIn } = await import("../label/sign_in.js");
  SignIn.over(find("#sign-in"), server, queue).ask(why);
};

// Only the dialog of it: beside a line there is no room for what its labels mean.
const guide = new Guide(document.createElement("div"), find("#codebook"));
guide.parts = find("[data-codebook]");
find("[data-open-codebook]").addEventListener("click", () => desk.openCodebook(guide));
listen(desk, guide);
guard(find("[data-sign-out]"), queue, storage);
window.addEventListener("popstate", () => window.location.reload());

await Promise.all([drafts.restore(), queue.restore()]);
desk.adopt(form);
state.show();
document.body.classList.add("scripted");
