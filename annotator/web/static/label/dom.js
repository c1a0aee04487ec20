// Elements from plain values: texts become text nodes, so nothing of a document is ever markup.

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export function key(letter) {
  return element("kbd", { "aria-hidden": "true" }, letter);
}

// "1 answer", "3 answers".
export function count(n, one, many = `${one}s`) {
  return `${n} ${n === 1 ? one : many}`;
}
