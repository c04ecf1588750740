// Before textual.js: its websocket is ours, which tells why it was closed.
"use strict";

const GOODBYE = 1000; // of RFC 6455: it has done what it was for
const CLOSED = "This dashboard was closed. What was training goes on, unless it was stopped here.";
const LOST = "There is no connection to cifar-tui serve. If it was started anew, open the address it printed.";

window.WebSocket = class extends WebSocket {
  constructor(address) {
    super(address);
    this.addEventListener("close", (event) => {
      // and not wasClean: a server may be gone before the answer to its goodbye comes
      const farewell = event.code === GOODBYE ? CLOSED : LOST;
      document.querySelector("#why").textContent = event.reason || farewell;
      document.body.classList.add("-closed"); // as textual.js does, but later; hidden, the button takes no focus
      document.querySelector("#again").focus();
    });
  }
};
