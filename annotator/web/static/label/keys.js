// Keys of the labelling page. Label keys act on the active question; they can be switched off.

const STORED = "annotator.keys";
export const TEXT = "textarea, select, input:not([type=radio], [type=checkbox], [type=hidden])";

export function listen({ desk, view, questions, evidence, guide, reading }) {
  const dialog = document.getElementById("keys");
  const keys = switchOf(dialog);

  const actions = {
    "?": () => dialog.showModal(),
    Enter: () => advance(),
    Backspace: () => desk.back(),
    u: () => desk.back(),
    s: () => open(view.skipBox),
    f: () => open(view.flagBox),
    n: () => open(view.note.closest("details")),
    h: () => guide.open(questions.active),
    "[": () => reading.widen("before"),
    "]": () => reading.widen("after"),
    ArrowDown: () => questions.step(1),
    ArrowUp: () => questions.step(-1),
  };

  function advance() {
    const next = questions.nextMissing();
    if (next) questions.mark(next, true);
    else desk.save();
  }

  document.addEventListener("keydown", (event) => {
    if (isNotOurs(event) || event.repeat) return;
    if (event.target.matches(TEXT)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!keys.on || !desk.current || isNative(event)) return;
    if (event.shiftKey && evidence.markByKey(letterOf(event))) return event.preventDefault();
    const key = keyOf(event);
    const act = actions[key];
    const done = act ? (act(), true) : !event.shiftKey && questions.choose(key);
    if (done) event.preventDefault();
  });
}

// The dialog that lists the keys, and the switch in it that turns them off.
export function switchOf(dialog) {
  const toggle = dialog.querySelector("[data-toggle-keys]");
  const keys = { on: stored() !== "off" };

  function show() {
    document.body.classList.toggle("keys-off", !keys.on);
    toggle.textContent = keys.on ? "Switch the keys off" : "Switch the keys on";
  }

  document.querySelector("[data-open-keys]").addEventListener("click", () => dialog.showModal());
  toggle.addEventListener("click", () => {
    keys.on = !keys.on;
    store(keys.on ? "on" : "off");
    show();
  });
  show();
  return keys;
}

// Keys of the browser or the system, characters being composed, and what is over the page.
export function isNotOurs(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing
    || document.querySelector("dialog[open]") !== null;
}

// Enter and the arrows keep their meaning where the browser gives them one.
export function isNative(event) {
  if (event.key === "Enter") return event.target.matches("button, a, summary");
  return event.key.startsWith("Arrow") && event.target.matches("input[type=radio], [tabindex='0']");
}

// On a keyboard of another script the key that carries the Latin letter is meant.
export function keyOf(event) {
  if (event.key.length !== 1 || event.key.charCodeAt(0) < 128) {
    return event.shiftKey || event.key.length > 1 ? event.key : event.key.toLowerCase();
  }
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
}

// The key without Shift: of a digit the place on the keyboard counts, not what Shift makes of it.
function letterOf(event) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (digit) return digit[1];
  const isOther = event.key.charCodeAt(0) > 127 && event.code.startsWith("Key");
  return (isOther ? event.code.slice(3) : event.key).toLowerCase();
}

function open(box) {
  if (box.hidden) return;
  box.open = true;
  box.querySelector("textarea, input:not([type=hidden])").focus();
}

// A browser may refuse to store anything; then the keys are on at each page.
function stored() {
  try { return localStorage.getItem(STORED); } catch { return null; }
}

function store(value) {
  try { localStorage.setItem(STORED, value); } catch { /* said above */ }
}
