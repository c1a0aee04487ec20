// The server as the labelling page knows it: every call ends with a status, never with an exception.

const PATIENCE_MS = 20_000;
// Browsers take 64 kB of UTF-8, three bytes a character at the worst.
const KEPT_ALIVE_AT_MOST = 20_000;
// No answer at all: the network is down, the server is, or it did not answer in time.
export const NO_ANSWER = 0;

export class Server {
  constructor({ slug, person, token }) {
    this.slug = slug;
    this.person = person;
    this.token = token;
    this.page = `/projects/${slug}/label`;
  }

  get(path) {
    return this.call("GET", path);
  }

  async call(method, path, body) {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const headers = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (method !== "GET") headers["X-CSRFToken"] = this.token;
    try {
      const answer = await fetch(`/api/v1${path}`, {
        method,
        headers,
        body: sent,
        // Goes on when the person leaves the page; browsers do this for small ones only.
        keepalive: method !== "GET" && (sent?.length ?? 0) < KEPT_ALIVE_AT_MOST,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const data = await answer.json();
      return { status: answer.status, data, wait: Number(answer.headers.get("Retry-After")) };
    } catch {
      return { status: NO_ANSWER, data: {}, wait: 0 };
    }
  }

  // A task's page, for the form of a kind that this page has not shown yet; null if it cannot be had.
  async pageOf(assignment) {
    try {
      const answer = await fetch(`${this.page}/${assignment}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (!answer.ok || answer.redirected) return null;
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return null;
    }
  }

  // Another token, in case this page's one has gone stale: "renewed", "other" (somebody else is
  // signed in, or nobody), or "away".
  async renewToken() {
    try {
      const answer = await fetch(this.page, { signal: AbortSignal.timeout(PATIENCE_MS) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (page.body.dataset.person !== this.person) return "other";
      this.token = page.querySelector("input[name=csrf_token]").value;
      return "renewed";
    } catch {
      return "away";
    }
  }

  // "in", "refused" (wrong password), "later" (too many tries), or "away".
  async signIn(password) {
    const form = new URLSearchParams({ name: this.person, password, csrf_token: this.token });
    try {
      const answer = await fetch("/login", { method: "POST", body: form, redirect: "manual" });
      if (answer.type === "opaqueredirect") return "in";
      return answer.status === 429 ? "later" : "refused";
    } catch {
      return "away";
    }
  }
}
