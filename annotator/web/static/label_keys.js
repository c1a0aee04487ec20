// Keys of the labelling page. Label keys act on the active question; they can be switched off.

const STORED = "annotator.keys";
const TEXT = "textarea, select, input:not([type=radio], [type=checkbox], [type=hidden])";

export function listen(sheet, form) {
  const dialog = document.getElementById("keys");
  const toggle = dialog.querySelector("[data-toggle-keys]");
  const opener = document.querySelector("[data-open-keys]");
  let on = stored() !== "off";

  function show() {
    document.body.classList.toggle("keys-off", !on);
    toggle.textContent = on ? "Switch the keys off" : "Switch the keys on";
  }

  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  toggle.addEventListener("click", () => {
    on = !on;
    store(on ? "on" : "off");
    show();
  });
  show();

  const actions = {
    "?": () => dialog.showModal(),
    Enter: () => advance(sheet, form),
    Backspace: back,
    u: back,
    s: () => open("skip-box"),
    f: () => open("flag-box"),
    n: () => open("note-box"),
    h: () => guide(sheet.active),
    ArrowDown: () => sheet.step(1),
    ArrowUp: () => sheet.step(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (dialog.open) return;
    if (event.target.matches(TEXT)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!on || isNative(event)) return;
    const key = keyOf(event);
    const act = actions[key];
    const done = act ? (act(), true) : !event.shiftKey && sheet.choose(key);
    if (done) event.preventDefault();
  });
}

// Enter and the arrows keep their meaning where the browser gives them one.
function isNative(event) {
  if (event.key === "Enter") return event.target.matches("button, a, summary");
  return event.key.startsWith("Arrow") && event.target.matches("input[type=radio], [tabindex='0']");
}

// On a keyboard of another script the key that carries the Latin letter is meant.
function keyOf(event) {
  if (event.key.length !== 1 || event.key.charCodeAt(0) < 128) {
    return event.shiftKey || event.key.length > 1 ? event.key : event.key.toLowerCase();
  }
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
}

function advance(sheet, form) {
  const next = sheet.nextMissing();
  if (next) sheet.mark(next, true);
  else form.requestSubmit(form.querySelector("[name=save]") ?? undefined);
}

function back() {
  document.querySelector("a[rel=prev]")?.click();
}

function open(id) {
  const box = document.getElementById(id);
  if (!box) return;
  box.open = true;
  box.querySelector("textarea, input:not([type=hidden])").focus();
}

function guide(question) {
  const details = question?.box.querySelector("details");
  if (details) details.open = !details.open;
}

// A browser may refuse to store anything; then the keys are on at each page.
function stored() {
  try { return localStorage.getItem(STORED); } catch { return null; }
}

function store(value) {
  try { localStorage.setItem(STORED, value); } catch { /* said above */ }
}
