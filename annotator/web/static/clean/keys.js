// Keys of the clean-up page. A label's key comes first: it answers for all lines that are selected.

import { TEXT, isNative, isNotOurs, keyOf, switchOf } from "../label/keys.js";

export function listen(desk, guide) {
  const dialog = document.getElementById("keys");
  const keys = switchOf(dialog);
  const once = {
    v: () => desk.lines.select(),
    u: () => desk.lines.undo(),
    s: () => desk.save(),
    n: () => desk.openAlone(),
    h: () => desk.openCodebook(guide),
    "?": () => dialog.showModal(),
    Enter: () => desk.lines.toOpen() || desk.save(),
    Escape: () => desk.lines.endSelection(),
    ArrowRight: () => desk.lines.ask(desk.lines.followUp),
    ArrowLeft: () => desk.lines.ask(desk.lines.gate),
  };
  const moves = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, J: 1, K: -1 };

  document.addEventListener("keydown", (event) => {
    if (isNotOurs(event)) return;
    if (event.target.matches(TEXT)) {
      if (event.key === "Escape") desk.lines.show();
      return;
    }
    if (!keys.on || !desk.lines || isNative(event)) return;
    const key = keyOf(event);
    if (act(key, event)) event.preventDefault();
  });

  // Only moving goes on while a key is held down.
  function act(key, event) {
    if (!event.shiftKey && !event.repeat && desk.lines.choose(key)) return true;
    if (key in moves) {
      desk.lines.move(moves[key], event.shiftKey);
      return true;
    }
    if (event.repeat || !(key in once)) return false;
    once[key]();
    return true;
  }
}
