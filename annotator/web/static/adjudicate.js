// Keys of the adjudication pages: the form works without them.

const TEXT = "textarea, select, input:not([type=radio], [type=checkbox], [type=hidden])";
const form = document.querySelector("form[data-decide]");
const questions = [...(form?.querySelectorAll("[data-question]") ?? [])];
const dialog = document.getElementById("keys");
let active = 0;

document.querySelector("[data-open-keys]")?.addEventListener("click", () => dialog.showModal());

function mark(number) {
  if (!questions.length) return;
  questions[active].classList.remove("active");
  active = Math.max(0, Math.min(number, questions.length - 1));
  questions[active].classList.add("active");
}

function step(by) {
  mark(active + by);
  questions[active]?.focus({ preventScroll: true });
  questions[active]?.scrollIntoView({ block: "nearest" });
}

const answered = (box) => box.querySelector(".answers input:checked, [name^='other.']:checked") !== null;

// A key alone chooses this answer in place of another; with Shift both are right.
function choose(key, also) {
  const box = questions[active];
  const input = [...(box?.querySelectorAll("[data-key]") ?? [])].find((each) => each.dataset.key === key);
  if (!input) return false;
  const labels = input.name.startsWith("other.");
  if (!labels && !also) {
    for (const each of box.querySelectorAll(".answers input, [name^='other.']")) {
      if (each !== input) each.checked = false;
    }
  }
  if (labels && !also) for (const each of box.querySelectorAll(".answers input")) each.checked = false;
  input.checked = !input.checked;
  for (let fold = input.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (!labels && input.checked && !also) {
    const next = questions.findIndex((each, number) => number > active && !answered(each));
    if (next > -1) step(next - active);
  }
  return true;
}

function explain() {
  const why = questions[active]?.querySelector("[data-why]");
  if (!why) return;
  why.open = true;
  why.querySelector("textarea").focus();
}

const send = (selector) => document.querySelector(selector)?.requestSubmit();
const actions = {
  "?": () => dialog.showModal(),
  Enter: () => send("form[data-decide]"),
  u: () => send("form[data-undo]"),
  s: () => send("form[data-put-off]"),
  n: explain,
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.target.matches(TEXT)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "Enter" && event.target.matches("button, a, summary")) return;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  const plain = digit ? digit[1] : keyOf(event);
  // A label of the active question comes before what the page itself does with its key.
  const done = event.key !== "?" && choose(plain, event.shiftKey);
  const act = actions[event.key === "?" ? "?" : plain];
  if (!done && act) act();
  if (done || act) event.preventDefault();
});

// On a keyboard of another script the key that carries the Latin letter is meant.
function keyOf(event) {
  if (event.key.length > 1) return event.key;
  if (event.key.charCodeAt(0) < 128) return event.key.toLowerCase();
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
}

form?.addEventListener("focusin", (event) => {
  const at = questions.findIndex((each) => each.contains(event.target));
  if (at > -1) mark(at);
});
const told = questions.findIndex((each) => each.querySelector(".error"));
const open = questions.findIndex((each) => !answered(each));
mark(told > -1 ? told : Math.max(open, 0));
