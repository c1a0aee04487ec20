// The labelling page with scripts: keys, evidence, drafts, and saving without waiting.
// Without any of this the page is a plain form that saves.

import { guard } from "../kept.js";
import { Desk } from "./desk.js";
import { Evidence } from "./evidence.js";
import { Guide } from "./guide.js";
import { listen } from "./keys.js";
import { Held, Notices } from "./notices.js";
import { Questions } from "./questions.js";
import { Queue } from "./queue.js";
import { Reading } from "./reading.js";
import { Server } from "./server.js";
import { State } from "./state.js";
import { Drafts, Storage } from "./storage.js";
import { Clock, View } from "./view.js";

const find = (selector) => document.querySelector(selector);
const data = JSON.parse(find("#label-data").textContent);
const form = find("#label-form");
const { slug, person } = document.body.dataset;
const server = new Server({ slug, person, token: form.elements.csrf_token.value });

const clock = new Clock();
const notices = new Notices(find("[data-notices]"));
const guide = new Guide(find("[data-rule]"), find("#codebook"));
const questions = new Questions(form, guide);
const evidence = new Evidence(find("[data-evidence]"), questions);
const reading = new Reading(find("[data-shown]"), server);
const view = new View({ form, reading, questions, evidence, notices, clock, guide });

const storage = await Storage.open();
const queue = new Queue(storage, server);
const drafts = new Drafts(storage, person);
const held = new Held(find("[data-held]"), queue);
const desk = new Desk({ server, queue, drafts, view, held, data });
const state = new State(find(".save-state"), desk, queue, storage);
// Seldom needed, so it is loaded when it is.
queue.onsignin = async (why) => {
  const { SignIn } = await import("./sign_in.js");
  SignIn.over(find("#sign-in"), server, queue).ask(why);
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (desk.current) desk.save();
});
for (const [box, act] of [[view.skipBox, "skip"], [view.flagBox, "flag"]]) {
  box.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = event.target.elements.reason;
    if (reason.value.trim() === "") reason.focus();
    else desk[act](reason.value.trim());
  });
}
find("a[rel=prev]").addEventListener("click", (event) => { event.preventDefault(); desk.back(); });
find("[data-onward]").addEventListener("click", (event) => { event.preventDefault(); desk.next(); });
find("[data-open-codebook]").addEventListener("click", () => guide.open(questions.active));
listen({ desk, view, questions, evidence, guide, reading });
guard(find("[data-sign-out]"), queue, storage);

await Promise.all([drafts.restore(), queue.restore()]);
await desk.begin();
state.show();
document.body.classList.add("scripted");
