// Keys of the list of repeated lines: j and k go down and up, Enter takes what is proposed, and the
// key of a label settles the cluster as that. The place in the list is kept over the loading of the
// page, so that the next cluster is under the hand at once.
const PLACE = "annotator.clusters.place";
const TEXT = "input:not([type=hidden], [type=checkbox]), select, textarea";

const clusters = [...document.querySelectorAll("[data-cluster]")];
let at = -1;

function go(to) {
  if (!clusters.length) return;
  at = Math.max(0, Math.min(to, clusters.length - 1));
  clusters[at].focus();
  clusters[at].scrollIntoView({ block: "nearest" });
}

function settle(key) {
  const form = clusters[at]?.querySelector("form");
  const select = form?.querySelector("select");
  if (!select) return false;
  if (key) {
    const option = [...select.options].find((each) => each.dataset.key === key);
    if (!option) return false;
    select.value = option.value;
  }
  if (!select.value) return false;
  form.requestSubmit();
  return true;
}

for (const [number, cluster] of clusters.entries()) {
  cluster.addEventListener("focusin", () => { at = number; });
  cluster.querySelector("form")?.addEventListener("submit", () => {
    sessionStorage.setItem(PLACE, String(number));
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.target.matches(TEXT)) return;
  if (event.key === "Enter") {
    if (event.target.matches("[data-cluster]") && settle(null)) event.preventDefault();
    return;
  }
  if (event.key === "j" || event.key === "k") go(event.key === "j" ? at + 1 : at - 1);
  else if (!settle(event.key)) return;
  event.preventDefault();
});

const kept = sessionStorage.getItem(PLACE);
sessionStorage.removeItem(PLACE);
if (kept !== null) go(Number(kept));
