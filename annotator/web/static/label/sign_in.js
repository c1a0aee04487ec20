// Signing in again in place: the queue waits, the page stays as it is.

const SENTENCES = {
  refused: "That is not your password; try again.",
  later: "Too many tries: wait a few minutes.",
  away: "The server does not answer; try again in a moment.",
};
const WHY = {
  expired: "You were signed out because nothing happened for long, or from another place.",
  other: "Somebody else has signed in in this browser meanwhile. Sign out there, then sign in here.",
};

export class SignIn {
  // The one of this page.
  static over(dialog, server, queue) {
    return (SignIn.made ??= new SignIn(dialog, server, queue));
  }

  constructor(dialog, server, queue) {
    this.dialog = dialog;
    this.why = dialog.querySelector("[data-why]");
    this.error = dialog.querySelector(".error");
    this.password = dialog.querySelector("input[type=password]");
    // The work goes on; the line of the save state says what waits.
    dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
    dialog.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const outcome = await server.signIn(this.password.value);
      if (outcome !== "in") return this.say(SENTENCES[outcome]);
      this.password.value = "";
      dialog.close();
      return queue.signedIn();
    });
  }

  ask(why) {
    this.why.textContent = WHY[why];
    this.say("");
    if (!this.dialog.open) this.dialog.showModal();
    this.password.focus();
  }

  say(sentence) {
    this.error.textContent = sentence;
    this.error.hidden = sentence === "";
  }
}
