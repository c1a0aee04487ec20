// Seconds during which the page was visible; a page in a background tab is not being read.

export function clock() {
  let total = 0;
  let since = document.hidden ? null : performance.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && since !== null) {
      total += performance.now() - since;
      since = null;
    } else if (!document.hidden && since === null) {
      since = performance.now();
    }
  });
  return () => (total + (since === null ? 0 : performance.now() - since)) / 1000;
}
