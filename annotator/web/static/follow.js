// Follows background work, such as a release or an import: every other second the box with its
// progress is brought up to date, and when there is none any more the page is loaded again to show
// how it ended.
const EVERY = 2000;

async function follow(box) {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-follow]");
    if (answer.ok && !now) {
      location.reload();
      return;
    }
    if (now) {
      box.replaceWith(document.adoptNode(now));
    }
  } catch {
    // The server or the network is away: the next try may reach it.
  }
  setTimeout(() => follow(document.querySelector("[data-follow]")), EVERY);
}

setTimeout(() => follow(document.querySelector("[data-follow]")), EVERY);
